# Sourced by run.sh: a cluster of several processes on this machine.

refuse() {
  echo "$1" >&2
  exit 2
}

# Reads what is meant for this script; everything else goes to the programs.
read_cluster_args() {
  size='' redis='' port=8080 rest=()
  while (($#)); do
    case $1 in
      --cluster | --redis | --port)
        [[ $# -ge 2 && $2 != --* ]] || refuse "$1: its value is missing; accepted: $1 VALUE."
        set -- "$1=$2" "${@:3}"
        continue
        ;;
      --cluster=*) size=${1#*=} ;;
      --redis=*) redis=${1#*=} ;;
      --port=*) port=${1#*=} ;;
      --urls | --urls=*) refuse "--urls: not with --cluster; accepted: --port N, for frontends on N, N+1 and so on." ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
  [[ $size =~ ^([1-9][0-9]?)x([1-9][0-9]?)$ ]] || refuse "--cluster: \"$size\" is not accepted; accepted: SILOSxFRONTENDS, 1x1 to 99x99, such as 2x2."
  silos=${BASH_REMATCH[1]} frontends=${BASH_REMATCH[2]}
  [[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port + frontends - 1 <= 65535)) ||
    refuse "--port: \"$port\" is not accepted; accepted: the port of the first frontend, 1 to $((65536 - frontends)) for $frontends of them."
  [[ -n $redis ]] || refuse "--cluster: it needs --redis; accepted: --redis CONFIG, the Redis in which the cluster meets and that messages come from."
}

# free_port FROM: the first port from there on that nobody listens on.
free_port() {
  local candidate=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null; do
    candidate=$((candidate + 1))
  done
  echo "$candidate"
}

# relay NAME: copies lines with the name before them, until the last one; takes down that the process is ready.
relay() {
  local line
  trap '' INT TERM
  while IFS= read -r line; do
    printf '[%s] %s\n' "$1" "$line"
    [[ $line != *" is ready"* ]] || : >"$state/$1.ready"
  done
}

# without_door ARGS…: sets $others to the arguments without an address of the RESP door.
without_door() {
  others=()
  while (($#)); do
    case ${1,,} in
      --fabric:respdoor:listen) shift ;;
      --fabric:respdoor:listen=*) ;;
      *) others+=("$1") ;;
    esac
    (($# == 0)) || shift
  done
}

# start NAME PROJECT ARGS…: starts a process whose lines carry its name.
start() {
  local name=$1 program
  program=$(program_path "$2")
  shift 2
  dotnet "$program" "$@" > >(relay "$name") 2> >(relay "$name" >&2) &
  names[$!]=$name
  running+=($!)
}

# still_running: drops the processes that have ended from $running; the exit code of the last one goes to $ended_with.
still_running() {
  local pid left=()
  for pid in "${running[@]}"; do
    if kill -0 "$pid" 2>/dev/null; then
      left+=("$pid")
    else
      ended_with=0
      wait "$pid" 2>/dev/null || ended_with=$?
      echo "${names[$pid]} has ended with exit code $ended_with." >&2
      ended=$((ended + 1))
    fi
  done
  running=(${left[@]+"${left[@]}"})
}

# end_all EXIT_CODE: frontends first, so that their streams are closed in an orderly way while the silos still run.
end_all() {
  trap 'kill -TERM ${running[@]+"${running[@]}"} 2>/dev/null || true' TERM INT
  local kind pid
  for kind in frontend silo; do
    for pid in ${running[@]+"${running[@]}"}; do
      [[ ${names[$pid]} != "$kind"* ]] || kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in ${running[@]+"${running[@]}"}; do
      while [[ ${names[$pid]} == "$kind"* ]] && kill -0 "$pid" 2>/dev/null; do
        wait "$pid" 2>/dev/null || true
      done
    done
  done
  rm -rf "$state"
  exit "$1"
}

run_cluster() {
  read_cluster_args "$@"
  one_at_a_time
  choose_build src/Frontend
  ! is_single_node || refuse "--cluster: not in the single-node build; accepted: one process, or the normal build (on Microsoft Orleans, Clustering=true)."
  choose_build src/Silo
  build_quietly src/Frontend
  build_quietly src/Silo
  build_done

  state=$(mktemp -d)
  declare -gA names=()
  running=() ended=0 ended_with=0
  trap 'end_all 0' TERM INT

  local i silo_port=11110 gateway_port=29999
  export Fabric__Cluster__AdvertisedAddress=${Fabric__Cluster__AdvertisedAddress:-127.0.0.1}
  without_door ${rest[@]+"${rest[@]}"}
  for ((i = 1; i <= silos; i++)); do
    silo_port=$(free_port $((silo_port + 1)))
    gateway_port=$(free_port $((gateway_port + 1)))
    start "silo $i" Silo --redis "$redis" --Fabric:Cluster:Role=channels --Fabric:Cluster:SiloPort="$silo_port" \
      --Fabric:Cluster:GatewayPort="$gateway_port" ${others[@]+"${others[@]}"}
  done
  for ((i = 1; i <= frontends; i++)); do
    silo_port=$(free_port $((silo_port + 1)))
    local args=(${rest[@]+"${rest[@]}"})
    ((i == 1)) || args=(--Fabric:RespDoor:Listen= ${others[@]+"${others[@]}"})
    start "frontend $i" Frontend --redis "$redis" --Fabric:Cluster:Role=frontend --Fabric:Cluster:SiloPort="$silo_port" \
      --Fabric:Cluster:GatewayPort=0 --port $((port + i - 1)) ${args[@]+"${args[@]}"}
  done

  until [[ $(ls "$state" | wc -l) -eq $((silos + frontends)) ]]; do
    still_running
    ((ended == 0)) || end_all $((ended_with == 0 ? 1 : ended_with))
    sleep 0.2
  done
  echo "The cluster is ready: $silos silos, $frontends frontends from http://127.0.0.1:$port up."

  # From here on a process that dies is the cluster's to survive.
  while ((${#running[@]} > 0)); do
    wait -n "${running[@]}" 2>/dev/null || true
    still_running
  done
  end_all 1
}
