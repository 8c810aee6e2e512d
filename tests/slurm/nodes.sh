#!/usr/bin/env bash
# A Slurm of some nodes on this host, for tests: all of it listens on the loopback device, and all of
# its files lie in one folder.
#   nodes.sh up FOLDER [NODES]     installs Slurm where it is missing; export SLURM_CONF=FOLDER/slurm.conf
#   nodes.sh down FOLDER
# Run it as root, which slurmd has to be.
set -euo pipefail
FOLDER=${2:?name a folder}
PORT=18817

install_slurm() {
    # policy-rc.d keeps the packages from starting daemons of their own.
    local policy=/usr/sbin/policy-rc.d made=
    if [ ! -e "$policy" ]; then
        made=1
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        slurmctld slurmd slurm-client munge >/dev/null
    if [ -n "$made" ]; then rm "$policy"; fi
}

start_munge() {
    (umask 077 && head -c 1024 /dev/urandom >"$FOLDER/munge.key")
    # Forced, because it mistrusts a folder below one that others can write to.
    munged --force --num-threads=2 --key-file="$FOLDER/munge.key" --seed-file="$FOLDER/munge.seed" \
        --socket="$FOLDER/munge.socket" --pid-file="$FOLDER/munged.pid" --log-file="$FOLDER/munged.log"
}

write_configuration() {
    local host memory node
    host=$(hostname -s)
    memory=$(awk '/MemTotal/ {print int($2 / 1024 / 2)}' /proc/meminfo)
    {
        cat <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$PORT
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$FOLDER/munge.socket
CredType=cred/munge
StateSaveLocation=$FOLDER/state
SlurmdSpoolDir=$FOLDER/spool-%n
SlurmctldPidFile=$FOLDER/slurmctld.pid
SlurmdPidFile=$FOLDER/slurmd-%n.pid
SlurmctldLogFile=$FOLDER/slurmctld.log
SlurmdLogFile=$FOLDER/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# Without these a wave of tasks waits three seconds.
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1
ReturnToService=2
SlurmdParameters=config_overrides
KillWait=5
PropagateResourceLimits=NONE
CONF
        for node in $(seq "$1"); do
            echo "NodeName=node$node NodeHostname=$host NodeAddr=127.0.0.1 Port=$((PORT + node))" \
                "CPUs=$(nproc) RealMemory=$memory Feature=test State=UNKNOWN"
        done
        echo "PartitionName=all Nodes=node[1-$1] Default=YES MaxTime=INFINITE State=UP"
    } >"$FOLDER/slurm.conf"
}

up() {
    local nodes=${1:-3} node
    command -v slurmctld >/dev/null || install_slurm
    mkdir -p "$FOLDER/state"
    for node in $(seq "$nodes"); do mkdir -p "$FOLDER/spool-node$node"; done
    start_munge
    write_configuration "$nodes"
    export SLURM_CONF=$FOLDER/slurm.conf
    slurmctld -c
    for node in $(seq "$nodes"); do slurmd -N "node$node" -c; done
    for _ in $(seq 150); do
        if [ "$(sinfo --noheader --Node --states=idle | wc -l)" -ge "$nodes" ]; then return; fi
        sleep 0.2
    done
    echo "the nodes are not idle after 30 s:" >&2
    sinfo >&2 || true
    tail -n 20 "$FOLDER"/*.log >&2
    return 1
}

down() {
    local file pid
    SLURM_CONF=$FOLDER/slurm.conf scancel --user=root || true
    for file in "$FOLDER"/slurmd-*.pid "$FOLDER"/slurmctld.pid "$FOLDER"/munged.pid; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        kill "$pid" || continue
        for _ in $(seq 50); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
    done
    rm -r "$FOLDER"
}

case ${1:-} in
    up) mkdir -p "$FOLDER" && up "${3:-3}" ;;
    down) down ;;
    *) echo "usage: nodes.sh up FOLDER [NODES] | down FOLDER" >&2 && exit 2 ;;
esac
