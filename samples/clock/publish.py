#!/usr/bin/env python3
"""The same in Python (Debian: python3-redis)."""
import os
import time

import redis

publisher = redis.Redis(port=int(os.environ.get("PORT", "6380")))
while True:
    publisher.publish("clock", time.strftime("%H:%M:%S"))
    time.sleep(1)
