#!/bin/bash
# A conntwin node of a firewall, with the rules that hold packets.
#
#   conntwin.sh up     starts it; returns when it is ready. Its process id: /run/replicator.pid
set -u
logs=/run/lab

[ "${1:-}" = up ] || exit 2
mkdir -p /run/conntwin
nft -f /lab/hold.nft 2>/dev/null || iptables-restore --noflush /lab/hold.rules || exit 1
setsid conntwin node --config /etc/conntwin/node.yaml >$logs/node.out 2>$logs/node.err </dev/null &
echo $! >/run/replicator.pid
for _ in $(seq 300); do
  grep -q '^READY' $logs/node.out && break
  kill -0 "$(cat /run/replicator.pid)" || { cat $logs/node.err >&2; exit 1; }
  sleep 0.05
done
grep '^READY' $logs/node.out
