#!/bin/bash
# conntrackd of a firewall, and what keepalived has to say to it.
#
#   conntrackd.sh up       starts it; returns when it answers. Its process id: /run/replicator.pid
#   conntrackd.sh primary  the addresses are here now
#   conntrackd.sh backup   they are at the peer
#   conntrackd.sh fault    an interface is gone
#   conntrackd.sh role     which of them came last and is done: active, backup or fault; fails where conntrackd does not run
set -u
logs=/run/lab

# A role counts once conntrackd has taken every command that belongs to it.
is() {
  echo "$(date +%s.%N) $1" >>$logs/notify.log
  echo "$1" >/run/conntrackd.role
}

case ${1:-} in
  up)
    rm -f /run/conntrackd.role
    setsid conntrackd >$logs/conntrackd.out 2>&1 </dev/null &
    echo $! >/run/replicator.pid
    for _ in $(seq 200); do
      conntrackd -s >/dev/null 2>&1 && exit
      kill -0 "$(cat /run/replicator.pid)" || break
      sleep 0.05
    done
    cat $logs/conntrackd.out $logs/conntrackd.log >&2
    exit 1
    ;;
  primary)
    # The peer's flows go into the kernel's table. The cache of own flows is read anew, as they are own ones now, and the
    # peer gets all of it.
    conntrackd -c && conntrackd -f internal && conntrackd -R && conntrackd -B && is active
    ;;
  backup)
    # What the table still has goes after PurgeTimeout, unless this firewall is primary again by then. The peer sends all.
    conntrackd -t && conntrackd -n && is backup
    ;;
  fault) conntrackd -t && is fault ;;
  role) conntrackd -s >/dev/null 2>&1 && cat /run/conntrackd.role ;;
  *) exit 2 ;;
esac
