#!/bin/sh
# Publishes the time to the channel "clock", once a second.
# PORT: the fabric's own door for publishers (6380), or that of the Redis server that the fabric listens to.
port=${PORT:-6380}
while redis-cli -p "$port" publish clock "$(date +%H:%M:%S)" >/dev/null; do
  sleep 1
done
echo "Nobody takes messages on port $port." >&2
exit 1
