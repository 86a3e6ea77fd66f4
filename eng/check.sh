#!/usr/bin/env bash
# Before a commit: formatting, then what CI runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet format SseFabric.sln --verify-no-changes --severity warn
.ci/run
