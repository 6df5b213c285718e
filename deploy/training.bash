# Sourced: makes the caches of loaded classes, from which nodes start at half the processor time, and commands in two
# thirds of the time.

TRAINING_SECONDS=120

# Both caches from one story: a node on the userspace table starts, is asked, takes over, and stops. Leaves node.aot and
# client.aot in the folder; exits with what the node said when that fails. To be called in a subshell.
#
# usage: train FOLDER LAUNCHER [ARGUMENT...]; the launcher, a full path, replaces itself by the product
train() {
  local out=$1 work node='' port=$((20000 + RANDOM % 12000))
  shift
  local product=(env -u NOTIFY_SOCKET -u CONNTWIN_HEAP timeout -k 5 "$TRAINING_SECONDS" "$@")
  local -x CONNTWIN_JAVA_OPTS=''
  # A path of its own, as that of a socket may not be long; and options are words, so no path is in them.
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # this folder
  trap "end_training '$work'" EXIT
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
  cd "$work" || exit
  "${product[@]}" keygen "$work/key" >/dev/null
  CONNTWIN_JAVA_OPTS=-XX:AOTCacheOutput=node.aot "${product[@]}" node --config "$work/node.yaml" >out 2>err &
  node=$!
  echo $node >pid
  for _ in {1..200}; do
    grep -q '^READY' out && break
    kill -0 $node 2>/dev/null || exit 1
    sleep 0.1
  done
  grep -q '^READY' out || exit 1
  "${product[@]}" load entries --socket "$work/socket" >/dev/null
  CONNTWIN_JAVA_OPTS=-XX:AOTCacheOutput=client.aot "${product[@]}" status --socket "$work/socket" \
    >/dev/null 2>client.err
  "${product[@]}" role active --socket "$work/socket" >/dev/null
  "${product[@]}" dump internal --socket "$work/socket" >/dev/null
  "${product[@]}" stats --socket "$work/socket" >/dev/null
  # Metrics, asked for as Prometheus does.
  if exec 8<>"/dev/tcp/127.0.0.1/$((port - 1))"; then
    printf 'GET /metrics HTTP/1.1\r\nHost: training\r\nConnection: close\r\n\r\n' >&8
    timeout 10 cat <&8 >/dev/null || true
    exec 8>&-
  fi
  "${product[@]}" stop --socket "$work/socket" >/dev/null
  wait "$node"
  rm pid
  test -s node.aot
  test -s client.aot
  mv node.aot client.aot "$out/"
}

# What was started ends, what was made goes, and what was said is told where it went wrong.
end_training() {
  local status=$? work=$1
  if [ $status -ne 0 ]; then
    cat "$work"/*err >&2 2>/dev/null || true
  fi
  if [ -s "$work/pid" ]; then
    kill -- "$(cat "$work/pid")" 2>/dev/null || true
    wait "$(cat "$work/pid")" 2>/dev/null || true # as long as its timeout lets it
  fi
  rm -rf "$work"
  exit $status
}
