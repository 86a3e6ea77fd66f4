#!/usr/bin/env bash
# Builds the sample and runs it; the arguments are the program's.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
source "$root/eng/build.sh"

one_at_a_time
choose_build samples/ticker
build_quietly samples/ticker
build_done
exec dotnet "$(program_path Ticker)" "$@"
