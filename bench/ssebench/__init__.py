"""Runs servers of Server-Sent Events one after another under the same load, and measures them. See ../README.md."""
