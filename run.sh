#!/usr/bin/env bash
# Restores, builds and runs SseFabric; the arguments are the program's (see --help).
#   ./run.sh [ARGS]                                        everything in one process
#   ./run.sh --cluster SxF --redis CONFIG [--port N] …     S silos and F frontends on this machine
# Only the program writes to standard output; what building has to say goes to standard error.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$root/eng/build.sh"

for arg in "$@"; do
  if [[ $arg == --cluster || $arg == --cluster=* ]]; then
    source "$root/eng/cluster.sh"
    run_cluster "$@"
    exit
  fi
done

one_at_a_time
choose_build src/Frontend
build_quietly src/Frontend
build_done
exec dotnet "$(program_path Frontend)" "$@"
