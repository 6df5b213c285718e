#!/bin/sh
# Tells a conntwin node its role, for HA managers that start a script and write no FIFO. In a vrrp_sync_group:
#
#   notify /etc/keepalived/conntwin-notify.sh
#
# keepalived calls it with: GROUP|INSTANCE NAME MASTER|BACKUP|FAULT|STOP PRIORITY. Each call starts a process, and
# keepalived calls none of these when a frozen master comes back and keeps the addresses: the FIFO (ha.keepalived-fifo) is
# better. Do not use both. CONNTWIN names the command where it is not on the path.
conntwin=${CONNTWIN:-conntwin}
case $3 in
  MASTER) exec "$conntwin" role active ;;
  BACKUP | STOP) exec "$conntwin" role backup ;;
  FAULT) exec "$conntwin" role fault ;;
esac
