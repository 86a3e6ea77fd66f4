#!/usr/bin/env bash
# Builds what the bench needs, measures SseFabric beside the others, prints the tables and writes docs/performance.md.
#   bench/run.sh [--rounds N] [--peers a,b] [--scenarios x,y] [--build normal|single-node] [--page FILE] …   see bench/README.md
#   bench/run.sh --quick    a smoke run of half a minute: the bench works, and nothing that was published is lost
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/eng/build.sh"
out=$root/artifacts/bench

quick=false build='' page=$root/docs/performance.md args=()
while (($#)); do
  case $1 in
    --quick) quick=true ;;
    --build=* | --page=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" && continue ;;
    --build) build=${2:?--build needs a value} && shift ;;
    --page) page=${2:?--page needs a value} && shift ;;
    *) args+=("$1") ;;
  esac
  shift
done
case $build in
  normal) export Clustering=true ;;
  single-node) export Clustering=false ;;
  '') ;;
  *) echo "--build: \"$build\" is not accepted; accepted: normal, single-node." >&2 && exit 2 ;;
esac

build_tools() {
  mkdir -p "$out"
  cc -O2 -o "$out/sseload" "$root/bench/src/sseload.c"
  cc -O2 -o "$out/ssefloor" "$root/bench/src/ssefloor.c" -lpthread
}

# The hand-written server is a program of its own: none of the repository's settings apply to it.
build_manual() {
  local apart=(-p:ImportDirectoryBuildProps=false -p:ImportDirectoryBuildTargets=false -p:ImportDirectoryPackagesProps=false)
  dotnet build "$root/bench/peers/dotnet" -c Release -v quiet -nologo "${apart[@]}" \
    -p:BaseIntermediateOutputPath="$out/obj-dotnet/" -o "$out/dotnet" >&2
}

one_at_a_time
build_tools
choose_build src/Frontend
build_quietly src/Frontend
if ! is_single_node; then
  choose_build src/Silo
  build_quietly src/Silo
fi
if ! $quick; then build_manual; fi
build_done

build=normal
if is_single_node; then build=single-node; fi
export PYTHONPATH=$root/bench PYTHONDONTWRITEBYTECODE=1
if $quick; then
  python3 -m unittest discover -s "$root/bench/tests"
  exec python3 -m ssebench all --build "$build" --peers ssefabric --scenarios smoke --rounds 1 --out "$out/quick.jsonl" --page "$out/quick.md" --keep-failed ${args[@]+"${args[@]}"}
fi
exec python3 -m ssebench all --build "$build" --page "$page" --keep-failed ${args[@]+"${args[@]}"}
