# The wrapper round one attempt of a trial. It outlives the driver that started it and tells in status.json what
# becomes of the program. Set before this point: attempt, device, command, metrics_file, continues (1 or empty),
# start_from (the folder of another trial's checkpoint from which this one begins, or empty), keep (a folder here for the
# checkpoint at the end of the attempt, or empty) and the environment of the trial. POSIX sh with setsid and /proc.

cd "$WIDTHWISE_TRIAL_DIR" || exit 1
export WIDTHWISE_ATTEMPT="$attempt"
device=${device:-${WIDTHWISE_DEVICE-}} # a cluster knows it only now
terminated=false
again=${1-}
contained=${2-}
started_at=${3-}
read -r stat </proc/$$/stat
set -- ${stat##*) }
start_ticks=${20} # field 22 of proc(5) stat; field 3 is the first after the name

# Only one process can create this file: whoever comes second has nothing to do. A full disk is waited out. With few
# processes for it, as for anything before the program starts: that is time in which a slot is idle.
if [ -z "$again" ]; then
    set -C
    until { true >"attempt-$attempt"; } 2>/dev/null; do
        [ -e "attempt-$attempt" ] && exit 0
        [ -d "$WIDTHWISE_TRIAL_DIR" ] || exit 1
        sleep 1
    done
    set +C
    make_group
    [ -n "$contained$group" ] || adopt
fi
contained=$contained$group

[ ! -e control ] || rm -f control
if [ -z "$continues" ] && [ "$attempt" -gt 1 ]; then
    IFS= # the name of the metrics' file may be a pattern
    for file in $metrics_file stdout.log checkpoint.pt; do
        [ ! -e "$file" ] || mv -f "$file" "$file.attempt-$((attempt - 1))"
    done
    unset IFS
fi
[ -e "${WIDTHWISE_CHECKPOINT-}" ] || unset WIDTHWISE_CHECKPOINT

copy() { # from, to: nobody sees half of it
    said=$({ rm -rf "$2.part" && cp -R "$1" "$2.part" && rm -rf "$2" && mv -f "$2.part" "$2"; } 2>&1) && return
    [ ! -s stdout.log ] || said="
$said" # what the program printed last may have no newline
    printf '%s\n' "$said" >>stdout.log
}

# It stays for further attempts, whatever becomes of the other trial.
[ -z "$start_from" ] || [ -e checkpoint.pt.start ] || copy "$start_from" checkpoint.pt.start

read -r boot_id </proc/sys/kernel/random/boot_id
read -r host </proc/sys/kernel/hostname

# Within SLURM, where nobody waits for a rename, a first status needs no process: while half of it is written, it reads
# as none.
report() { # phase, exit code
    read -r uptime _ </proc/uptime
    part=status.json.part
    [ -z "${SLURM_JOB_ID-}" ] || [ -e status.json ] || part=status.json
    printf '{"phase":"%s","attempt":%d,"pid":%d,"start_ticks":%s,"program":%d,"boot_id":"%s","host":"%s",' \
        "$1" "$attempt" $$ "$start_ticks" "$shell" "$boot_id" "$host" >"$part" &&
        printf '"device":"%s","started_at":%d,"heartbeat_at":%d,"exit_code":%d,"terminated":%s}\n' \
            "$device" "$started_at" $((boot_time + ${uptime%.*})) "$2" "$terminated" >>"$part" &&
        { [ "$part" = status.json ] || mv -f "$part" status.json; }
} 2>/dev/null

# A cluster may signal every process of a job, the program before this one. With SLURM's proctrack/linuxproc the turn of
# the eldest child's children comes first: the ticker's sleep hears of it before the program does, which shows in /proc
# at once, and the ticker ends with it. (proctrack/cgroup signals this process alone.)
was_job_signalled() {
    [ -r "/proc/$$/task/$$/children" ] || return
    until
        sleeper=
        read -r sleeper <"/proc/$ticker/task/$ticker/children" || :
        look_at "$sleeper"
    do
        look_at "$ticker" || return 0
    done
    $signalled
} 2>/dev/null

look_at() { # process: is it alive, and signalled?
    while read -r key value; do
        case $key$value in
            State:[ZX]*) return 1 ;;
            ShdPnd:*[!0]*) signalled=true && return ;;
            ShdPnd:*) signalled=false && return ;;
        esac
    done <"/proc/$1/status"
    return 1
}

# A wrapper that was killed leaves what it has started to its ticker.
while sleep 5; do
    kill -s USR2 $$ || {
        read -r spared _ </proc/self/stat
        program=
        read -r status <status.json
        case $status in *"\"attempt\":$attempt,"*) program=${status#*\"program\":} ;; esac
        end_attempt "${program%%,*}"
        exit
    }
done </dev/null >/dev/null 2>&1 &
ticker=$!

trap 'interrupted=1; report started 0' USR2
trap 'interrupted=1; terminated=true; hand_on TERM "$shell"' TERM
trap 'interrupted=1; hand_on USR1 "$shell"' USR1

# A session of its own. The shell stays until its program has ended, whatever signal comes, and ends with the program's
# exit code.
setsid /bin/sh -c '[ -z "$2" ] || echo 0 >"$2/cgroup.procs"; trap exit TERM; trap : USR1; eval "$1"' sh \
    "$command" "$group" </dev/null >>stdout.log 2>&1 &
shell=$!
[ -n "$started_at" ] || started_at=$(date +%s)
read -r uptime _ </proc/uptime
boot_time=$((started_at - ${uptime%.*}))
report started 0

stand_by "$shell"
trap '' TERM USR1 USR2
! was_job_signalled || terminated=true
kill -s KILL -- "-$shell" 2>/dev/null
spared="$ticker"
until end_all $$; do # not even a signal ends what waits for a broken disk
    report started 0
done
kill -s KILL "$ticker" $sleeper 2>/dev/null
[ -z "$keep" ] || [ ! -e checkpoint.pt ] || { mkdir -p "$keep" && copy checkpoint.pt "$keep/checkpoint.pt"; }
until report exited "$code" || [ ! -d "$WIDTHWISE_TRIAL_DIR" ]; do
    sleep 1
done
