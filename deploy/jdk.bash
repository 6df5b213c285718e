# Sourced: finds a JDK 25 or later.

# The feature version of a java command, 0 when it does not tell.
feature() {
  local home version
  home=$(dirname "$(dirname "$(readlink -f "$1")")")
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  echo "${version:-0}"
}

# The first java of version 25 or later: JAVA_HOME, the path, the usual install folders.
find_java() {
  local candidate
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /opt/*/bin/java /opt/java/*/bin/java /usr/java/*/bin/java \
    "${HOME:-/root}"/.sdkman/candidates/java/*/bin/java "${HOME:-/root}"/.jdks/*/bin/java; do
    if [[ -n $candidate && -x $candidate && $(feature "$candidate") -ge 25 ]]; then
      echo "$candidate"
      return 0
    fi
  done
  return 1
}
