# A worker that runs one trial after the other; core/launch/slurm/slurm_pilots.h says how it meets the driver. Set
# before this point: folder, idle_limit (seconds) and SLURM's own variables. POSIX sh with sleep of fractions, setsid
# and /proc.

cd "$folder" || exit 1
me=$SLURM_JOB_NAME.$SLURM_ARRAY_TASK_ID.$SLURM_ARRAY_JOB_ID
leaving=
wrapper= # the process, while it runs

trap 'leaving=1; [ -z "$wrapper" ] || kill -s TERM "$wrapper"' TERM
trap obey USR1

# What the driver wrote into the trial's control file.
obey() {
    [ -n "$wrapper" ] || return 0
    wish=
    read -r wish 2>/dev/null <"$trial/control"
    case $wish in
        stop) kill -s TERM "$wrapper" ;;
        kill) find_program "$wrapper" && kill -s KILL -- "-$program" 2>/dev/null ;;
    esac
}

has_said() { # wrapper, phase: another wrapper's word does not count
    said=
    read -r said <"$trial/status.json"
    case $said in *"\"phase\":\"$2\",\"attempt\":${ticket#*-},\"pid\":$1,"*) ;; *) return 1 ;; esac
} 2>/dev/null

find_program() { # its wrapper
    has_said "$1" started || return
    program=${said#*\"program\":}
    program=${program%%,*}
}

now() { # seconds on a clock that nobody sets
    read -r now _ </proc/uptime
    now=${now%.*}
}

take() { # the first ticket that is written to its end and that nobody else takes; script: what it says
    for ticket in waiting/*-*; do
        ticket=${ticket#waiting/}
        case $ticket in *[!0-9-]*) continue ;; esac
        read -r script <"waiting/$ticket" && mv "waiting/$ticket" "taken/$ticket.$me" && return 0
    done
    return 1
} 2>/dev/null

drop() {
    mv "taken/$ticket.$me" "dropped/$ticket.$me"
}

run() {
    trial=${script%/*}
    sh "$script" &
    wrapper=$!
    ended=$wrapper
    [ -z "$leaving" ] || kill -s TERM "$wrapper"
    while kill -0 "$wrapper" 2>/dev/null; do
        wait "$wrapper"
    done
    wrapper=
    if has_said "$ended" exited; then
        rm -f "taken/$ticket.$me"
    else # killed, or the attempt had been claimed before
        WIDTHWISE_TRIAL_DIR=$trial
        attempt=${ticket#*-}
        ! find_program "$ended" || until end_attempt "$program"; do :; done
        drop
    fi
}

for claim in taken/*."$me"; do # of an earlier life: SLURM has started this job anew
    [ -e "$claim" ] || continue
    ticket=${claim#taken/}
    ticket=${ticket%%.*}
    drop
done

pauses='0.1 0.1 0.2 0.2 0.2 0.5 1 2 4' # seconds between two looks for work, which grow
set -- $pauses
now
idle_since=$now
while [ -z "$leaving" ] && [ -e "crews/$SLURM_JOB_NAME.sbatch" ]; do
    if take; then
        run
        set -- $pauses
        now
        idle_since=$now
    elif now && [ $((now - idle_since)) -ge "$idle_limit" ]; then
        break
    else
        sleep "$1" &
        wait $!
        [ $# -eq 1 ] || shift
    fi
done
