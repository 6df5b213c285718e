#!/bin/sh
# Succeeds while a conntwin node is alive: it renews the time of its track file twice a second. For a vrrp_script.
#
#   conntwin-alive.sh [FILE]       FILE is the node's ha.track-file, /run/conntwin/track if not given
file=${1:-/run/conntwin/track}
renewed=$(stat -c %Y "$file" 2>/dev/null) || exit 1
[ $(($(date +%s) - renewed)) -le 3 ]
