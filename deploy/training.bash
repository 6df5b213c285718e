# Sourced: makes the caches of loaded classes, from which nodes and commands start in half the time.

# Both caches from one story: a node on the userspace table starts, is asked, takes over, and stops. Leaves node.aot and
# client.aot in the folder; false, with what the node said, when there are none.
#
# usage: train FOLDER LAUNCHER [ARGUMENT...]; the launcher replaces itself by the product
train() {
  local out=$1 work=$1/train node port=$((20000 + RANDOM % 12000))
  shift
  local product=(env -u NOTIFY_SOCKET -u CONNTWIN_JAVA_OPTS "$@")
  rm -rf "$work"
  mkdir -p "$work"
  cat >"$work/node.yaml" <<YAML
node: training
table: userspace
cluster:
  name: training
  bind-address: 127.0.0.1
  transport: tcp
  port: $port
  members: [127.0.0.1]
  key-file: $work/key
ha:
  keepalived-fifo: $work/fifo
control:
  socket: $work/socket
http:
  address: 127.0.0.1:$((port - 1))
YAML
  cat >"$work/entries" <<LINES
tcp      6 300 ESTABLISHED src=10.0.1.2 dst=10.0.2.2 sport=50404 dport=80 src=10.0.2.2 dst=10.0.1.2 sport=80 dport=50404 [ASSURED] mark=0
udp      17 30 src=10.0.1.2 dst=10.0.2.2 sport=50404 dport=53 src=10.0.2.2 dst=10.0.1.2 sport=53 dport=50404 mark=0
LINES
  "${product[@]}" keygen "$work/key" >/dev/null
  env -u NOTIFY_SOCKET CONNTWIN_JAVA_OPTS="-XX:AOTCacheOutput=$out/node.aot" "$@" \
    node --config "$work/node.yaml" >"$work/out" 2>"$work/err" &
  node=$!
  # shellcheck disable=SC2064 # this process
  trap "kill $node 2>/dev/null || true" EXIT
  for _ in {1..200}; do
    grep -q '^READY' "$work/out" && break
    kill -0 $node 2>/dev/null || { cat "$work/err" >&2; return 1; }
    sleep 0.1
  done
  "${product[@]}" load "$work/entries" --socket "$work/socket" >/dev/null
  CONNTWIN_JAVA_OPTS="-XX:AOTCacheOutput=$out/client.aot" "$@" \
    status --socket "$work/socket" >/dev/null 2>"$work/client.err"
  "${product[@]}" role active --socket "$work/socket" >/dev/null
  "${product[@]}" dump internal --socket "$work/socket" >/dev/null
  "${product[@]}" stats --socket "$work/socket" >/dev/null
  # Metrics, asked for as Prometheus does.
  exec 8<>"/dev/tcp/127.0.0.1/$((port - 1))"
  printf 'GET /metrics HTTP/1.1\r\nHost: training\r\nConnection: close\r\n\r\n' >&8
  timeout 10 cat <&8 >/dev/null || true
  exec 8>&-
  "${product[@]}" stop --socket "$work/socket" >/dev/null
  wait "$node"
  trap - EXIT
  if [[ ! -s $out/node.aot || ! -s $out/client.aot ]]; then
    cat "$work/err" "$work/client.err" >&2
    return 1
  fi
  rm -rf "$work"
}
