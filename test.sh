#!/usr/bin/env bash
# Runs all tests and ends with the line "N passed, N failed, N skipped".
# With --parity it runs those alone that carry a number of docs/parity.md, and writes that page.
# With --second it leaves out what is the same in both builds and takes long: for a run of one build after a whole run of the other.
# Installs what the tests need (redis-server, rabbitmq-server, amqp-tools, nginx, Chromium, python3-redis, php-cli; where there is node, the packages
# of tests/Npm and tests/Kubernetes/schemas, and what builds clients/js) if it may; a test that lacks something is skipped and says why.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$root/eng/build.sh"

filter=() second=false
case ${1:-} in
  '') ;;
  --second) second=true ;;
  --parity) filter=(--filter "$(printf '|Parity~%s' {1..9} | cut -c2-)") ;;
  *) echo "$1: not known. Usage: ./test.sh [--parity|--second]" >&2; exit 2 ;;
esac

# Browsers, pages, manuals and programs of others, which see the same in both builds.
alike=(Browsers Clients Dashboard Documentation Samples)

# More than any suite takes; a test that hangs is named after the first, a runner that hangs ends with the second.
hang_timeout=5min
suite_timeout=25m

install_tools() {
  local missing=() as_root=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v rabbitmq-server >/dev/null || [[ -x /usr/sbin/rabbitmq-server ]] || missing+=(rabbitmq-server)
  command -v amqp-publish >/dev/null || missing+=(amqp-tools)
  command -v nginx >/dev/null || [[ -x /usr/sbin/nginx ]] || missing+=(nginx)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v php >/dev/null || missing+=(php-cli)
  command -v curl >/dev/null || missing+=(curl)
  command -v ip >/dev/null || [[ -x /usr/sbin/ip ]] || missing+=(iproute2)
  /usr/bin/python3 -c 'import redis' 2>/dev/null || missing+=(python3-redis)
  ((${#missing[@]} > 0)) || return 0

  if ((EUID != 0)); then as_root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || ! ${as_root[@]+"${as_root[@]}"} true 2>/dev/null; then
    echo "Not installed, and not to be installed from here: ${missing[*]}. The tests that need them are skipped."
    return
  fi

  echo "Installing ${missing[*]}."
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update >/dev/null
  local package
  for package in "${missing[@]}"; do
    "${apt[@]}" install -y --no-install-recommends "$package" >/dev/null || echo "$package could not be installed. The tests that need it are skipped."
  done
}

# install_npm_packages FOLDER: the versions in its package-lock.json, from the registry that npm is configured for; nothing of theirs is run.
install_npm_packages() {
  local folder=$root/$1 output
  command -v node >/dev/null && command -v npm >/dev/null || return
  [[ $folder/node_modules/.package-lock.json -ot $folder/package-lock.json ]] || return 0
  if ! output=$(timeout -k 10s 3m npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund 2>&1 </dev/null 9>&-); then
    rm -rf "$folder/node_modules"
    echo "The npm packages of $1 could not be installed. The tests that need them are skipped. $(grep -m1 'npm error' <<<"$output")"
    return 1
  fi
}

# Sources that don't compile are a failure; what was built before is not tested in their place.
build_browser_client() {
  install_npm_packages clients/js || return 0
  node "$root/clients/js/build.mjs" </dev/null && return
  echo "clients/js could not be built."
  exit 1
}

# run_suite PROJECT [NAME FILTER]: runs it, or what fits the filter, and adds its counts.
run_suite() {
  local project=$1 name=${2:-$1} chosen=(${filter[@]+"${filter[@]}"}) results exit_code=0 counters
  if (($# == 3)); then chosen=(--filter "$3"); fi
  if $second && [[ $project == EndToEnd ]]; then
    chosen=(--filter "$(printf '&FullyQualifiedName!~EndToEnd.%s.' "${alike[@]}" | cut -c2-)")
    echo "Left out, as they are the same in both builds and have run in the other: ${alike[*]}."
  fi
  results=$(artifacts_path)/test-results/$name.trx
  rm -f "$results"
  echo "--- $name"
  timeout -k 30s "$suite_timeout" dotnet test "$root/tests/$project" -c Release --no-build -nologo \
    --results-directory "$(dirname "$results")" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout "$hang_timeout" --blame-hang-dump-type none ${chosen[@]+"${chosen[@]}"} || exit_code=$?

  counters=$(grep -om1 '<Counters [^>]*>' "$results" 2>/dev/null)
  print_skips "$results"
  local total executed ok bad
  total=$(counter total) executed=$(counter executed) ok=$(counter passed)
  bad=$((executed - ok))
  # A runner that died has told of no failure, and a suite without a test is one.
  if ((exit_code != 0 && bad == 0)) || ((total == 0)); then
    echo "$name: its runner ended with exit code $exit_code and told of $total tests; counted as a failure."
    bad=1
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
}

# print_skips RESULTS: why tests were skipped, each reason once.
print_skips() {
  [[ -f $1 ]] || return 0
  sed -n '/outcome="NotExecuted"/,/<\/UnitTestResult>/ s/.*<Message>\([^<]*\).*/\1/p' "$1" | sort | uniq -c | while read -r count reason; do
    echo "$count skipped: $reason"
  done
}

counter() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters" | grep . || echo 0; }

# The tests start hundreds of processes for a few seconds each: these are better off with code that is compiled quickly than with code that is compiled well.
export DOTNET_TieredCompilation=1

install_tools
one_at_a_time
install_npm_packages tests/Npm
install_npm_packages tests/Kubernetes/schemas
build_browser_client
choose_build SseFabric.sln
build_quietly SseFabric.sln
build_done

passed=0 failed=0 skipped=0
for file in "$root"/tests/*/*.csproj; do
  project=$(basename "$file" .csproj)
  grep -q '<TestProject>true' "$file" || continue
  if ((${#filter[@]} > 0)) && ! grep -rq 'Trait("Parity"' "$root/tests/$project" --include='*.cs'; then continue; fi
  if is_single_node && grep -q '<NeedsOrleans>true' "$file"; then
    count=$(grep -rhoE '\[([A-Za-z]*Fact|[A-Za-z]*Theory)\b' "$root/tests/$project" --include='*.cs' | wc -l)
    echo "--- $project"
    echo "$project: $count tests skipped: they need the normal build, on Microsoft Orleans; this is the single-node build."
    skipped=$((skipped + count))
  elif ! $second || [[ $project != Kubernetes ]]; then
    run_suite "$project"
  fi
done

# Once more what the engine writes, written by the server, as it is where there is no engine.
if ((${#filter[@]} == 0)) && ! $second; then
  Fabric__Engine__Enabled=false run_suite EndToEnd EndToEnd-server 'FullyQualifiedName~EndToEnd.Stream.|FullyQualifiedName~LedgerTests|FullyQualifiedName~VanishedSubscriber|FullyQualifiedName~EngineStress'
fi

if ((${#filter[@]} > 0)); then dotnet "$(program_path Parity)" "$root" "$(artifacts_path)/test-results"; fi
if is_single_node; then echo "Build: single-node."; else echo "Build: normal."; fi
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
