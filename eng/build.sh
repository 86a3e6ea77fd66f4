# Sourced by run.sh and test.sh, with $root set: chooses between the normal and the single-node build, and builds.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# choose_build PROJECT…: the normal build, if its packages can be restored, else the single-node build, loudly.
# Clustering=true or false in the environment leaves no choice.
choose_build() {
  local output project
  for project in "$@"; do
    if output=$(dotnet restore "$root/$project" -v quiet 2>&1 9>&-); then
      continue
    fi
    if [[ -n ${Clustering:-} ]]; then
      printf '%s\n' "$output" >&2
      exit 1
    fi
    echo "=== SseFabric: the packages of the normal build can't be restored ($(restore_fault "$output")). Falling back to the SINGLE-NODE BUILD: no Orleans, no cluster. Set Clustering=true to see why. ===" >&2
    export Clustering=false
    choose_build "$@"
    return
  done
}

restore_fault() {
  grep -om1 'error NU[0-9]*: .*' <<<"$1" | sed 's/^error //; s/ \[.*//; s/[.]$//' | cut -c1-160 || echo 'no reason told'
}

# Two that are started at once don't build at once. What is started meanwhile must not inherit the lock (9>&-): the compiler server outlives us.
one_at_a_time() {
  mkdir -p "$root/artifacts"
  exec 9>"$root/artifacts/build.lock"
  if command -v flock >/dev/null; then flock 9; fi
}

build_done() { exec 9>&-; }

build_quietly() {
  local output
  if ! output=$(dotnet build "$root/$1" -c Release --no-restore -v quiet -nologo 2>&1 9>&-); then
    printf '%s\n' "$output" >&2
    exit 1
  fi
}

is_single_node() { [[ ${Clustering:-} == false ]]; }

artifacts_path() { if is_single_node; then echo "$root/artifacts/single-node"; else echo "$root/artifacts/normal"; fi; }

# program_path PROJECT: the built program.
program_path() { echo "$(artifacts_path)/bin/$1/release/SseFabric.$1.dll"; }
