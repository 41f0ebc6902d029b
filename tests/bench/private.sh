#!/bin/bash
# private.sh COMMAND...: runs it and prints the most private memory (RssAnon, KiB) it was seen to have,
# looked at every 5 ms.
"$@" >/dev/null &
pid=$!
most=0
while now=$(awk '/^RssAnon/ { print $2 }' /proc/$pid/status 2>/dev/null) && [ -n "$now" ]; do
	[ "$now" -le $most ] || most=$now
	sleep 0.005
done
wait $pid
echo "$most KiB private"
