#!/bin/bash
# One firewall of a failover scenario.
#
#   firewall.sh run            the container's first process: waits for its end, and then leaves in order
#   firewall.sh up             starts what its configuration files are there for: watch, what replicates the flows, keepalived
#   firewall.sh keepalived     starts keepalived alone
#   firewall.sh leave          stops keepalived, which gives the addresses up, then what replicates the flows
#   firewall.sh moved          when the addresses came last, and when the first probe went out after that; epoch seconds
#   firewall.sh forwards TIME  when the first probe went out after that time
set -u
logs=/run/lab
# shellcheck source=/dev/null
. /lab/interfaces 2>/dev/null || true # LAN, WAN, SYNC

# Ends a process and waits until it is gone, 10 s at most.
end() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
}

keepalived_up() {
  mkdir -p $logs
  setsid keepalived -n -P -l -D -f /etc/keepalived/keepalived.conf -p /run/keepalived.pid -r /run/vrrp.pid \
    >>$logs/keepalived.log 2>&1 </dev/null &
}

case $1 in
  run)
    trap '/lab/firewall.sh leave; exit 0' TERM
    while :; do
      sleep 3600 &
      wait $!
    done
    ;;
  up)
    mkdir -p $logs
    nft -f /lab/policy.nft || exit 1
    setsid ip -ts -4 -o monitor address >$logs/addresses 2>&1 </dev/null &
    setsid tcpdump -Z root -i "$WAN" -Q out -n -tt -l --immediate-mode -q 'udp and dst port 5002' >$logs/probes \
      2>$logs/tcpdump.log </dev/null &
    /lab/replicator.sh up || exit 1
    keepalived_up
    ;;
  keepalived) keepalived_up ;;
  leave)
    end /run/keepalived.pid
    end /run/replicator.pid
    ;;
  moved)
    stamp=$(grep -F "$2/" $logs/addresses | grep -v Deleted | tail -n 1 | sed 's/^\[\([^]]*\)\].*/\1/')
    [ -n "$stamp" ] || { echo "the address never came" >&2; exit 1; }
    at=$(date -d "$stamp" +%s.%N)
    echo "$at $(awk -v at="$at" '$1 >= at { print $1; exit }' $logs/probes)"
    ;;
  forwards) awk -v at="$2" '$1 >= at { print $1; exit }' $logs/probes ;;
esac
