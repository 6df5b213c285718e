#!/bin/sh
# Succeeds while a conntwin node is alive: it renews the time of its track file twice a second. For a vrrp_script.
#
#   conntwin-alive.sh [FILE]       FILE is the node's ha.track-file, /run/conntwin/track if not given
file=${1:-/run/conntwin/track}
renewed=$(stat -c %Y "$file" 2>/dev/null) || exit 1
age=$(($(date +%s) - renewed))
# A time to come is none that a living node wrote: the clock was set back.
[ $age -ge -1 ] && [ $age -le 3 ]
