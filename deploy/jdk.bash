# Sourced: finds a JDK 25 or later. Starts as few processes as it can: every command of a checkout passes here.

# Puts the feature version of a java command into `version`, 0 when it does not tell.
feature() {
  local command=$1 key value
  version=0
  [[ -r ${command%/bin/java}/release && ! -L $command ]] || command=$(readlink -f "$command")
  [[ -r ${command%/bin/java}/release ]] || return 0
  while IFS='=' read -r key value; do
    if [[ $key == JAVA_VERSION && $value =~ ^\"?([0-9]+) ]]; then
      version=${BASH_REMATCH[1]}
      return 0
    fi
  done <"${command%/bin/java}/release"
}

# Prints the first java of version 25 or later: JAVA_HOME, the path, the usual install folders.
find_java() {
  local candidate version
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /opt/*/bin/java /opt/java/*/bin/java /usr/java/*/bin/java \
    "${HOME:-/root}"/.sdkman/candidates/java/*/bin/java "${HOME:-/root}"/.jdks/*/bin/java; do
    if [[ -n $candidate && -x $candidate ]]; then
      feature "$candidate"
      if ((version >= 25)); then
        echo "$candidate"
        return 0
      fi
    fi
  done
  return 1
}
