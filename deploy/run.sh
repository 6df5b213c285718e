# Runs the product; sourced by the launcher of a checkout, and the end of the launcher of a package. Wants java,
# classpath, and client_cache and node_cache: files of classes loaded ahead of time, made with the very options below,
# or nothing. The JVM checks what a cache was made from, and does without when that has changed.

cache=
case " $* " in
  *" node "* | *" demo "*)
    kind=node cache=$node_cache
    ;;
  *" replay "*)
    kind=replay cache=$client_cache # captures run long, and their tables grow
    ;;
  *)
    kind=client cache=$client_cache
    ;;
esac
set -- org.conntwin.node.cli.Main "$@"
set -- -cp "$classpath" "$@"
# shellcheck disable=SC2086 # words are meant
set -- ${CONNTWIN_JAVA_OPTS:-} "$@"
[ -z "$cache" ] || set -- -XX:AOTCache="$cache" -Xlog:aot=off -Xlog:cds=off "$@"
case $kind in
  node)
    # A small young generation: what an event leaves behind dies at once, and caches live in the old one.
    set -- -XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED -Xms64m -Xmn24m -Xmx"${CONNTWIN_HEAP:-1g}" -XX:+ExitOnOutOfMemoryError "$@"
    ;;
  replay)
    set -- -Xmx"${CONNTWIN_HEAP:-1g}" "$@"
    ;;
  client)
    set -- -XX:TieredStopAtLevel=1 -Xmx256m "$@"
    ;;
esac
exec "$java" -XX:+UseSerialGC -XX:-UsePerfData '-Djdk.serialFilter=!*' "$@"
