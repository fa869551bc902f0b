# Ends all that an attempt started, wherever it has gone. Set before: WIDTHWISE_TRIAL_DIR and attempt. POSIX sh with
# /proc.

spared=   # processes that stay
contained= # not empty: what has lost its parents is among the descendants, or in the control group
group=    # a directory of the attempt's own in cgroup version 2

lives() { # process: neither gone nor a zombie
    while read -r key value; do
        case $key$value in
            State:[ZX]*) return 1 ;;
            State:*) return 0 ;;
        esac
    done <"/proc/$1/status"
    return 1
} 2>/dev/null

# family: what came of the given processes. A parent is stopped before its children are read, so that none is missed and
# no number is another's by now.
gather() {
    family=
    while [ $# -gt 0 ]; do
        for list in /proc/"$1"/task/*/children; do
            found=
            read -r found <"$list" || :
            for child in $found; do
                case " $spared " in *" $child "*) continue ;; esac
                lives "$child" || continue
                kill -s STOP "$child"
                family="$family $child"
                set -- "$@" "$child"
            done
        done
        shift
    done
} 2>/dev/null

is_marked() { # process: its environment names this attempt
    grep -qzxF "WIDTHWISE_TRIAL_DIR=$WIDTHWISE_TRIAL_DIR" "/proc/$1/environ" &&
        grep -qzxF "WIDTHWISE_ATTEMPT=$attempt" "/proc/$1/environ"
} 2>/dev/null

# marked: the processes whose environment names this attempt, in one look at each. moving: some of them went since, and
# may have started others.
mark() {
    marked=
    for counted in $(WIDTHWISE_TRIAL_DIR= grep -czxF -e "WIDTHWISE_TRIAL_DIR=$WIDTHWISE_TRIAL_DIR" \
        -e "WIDTHWISE_ATTEMPT=$attempt" /proc/[0-9]*/environ); do
        case $counted in
            *:2) ;;
            *) continue ;;
        esac
        process=${counted#/proc/}
        process=${process%/environ:2}
        case " $spared " in *" $process "*) continue ;; esac
        if lives "$process"; then
            marked="$marked $process"
        else
            moving=1
        fi
    done
} 2>/dev/null

end_group() { # true: nothing is left of it
    [ -n "$group" ] || return 0
    while read -r key value; do
        [ "$key$value" != populated0 ] || break
    done <"$group/cgroup.events"
    if [ "$key$value" != populated0 ] && [ -d "$group" ]; then
        echo 1 >"$group/cgroup.kill" || kill -s KILL $(find "$group" -name cgroup.procs -exec cat {} +)
        return 1
    fi
    rmdir "$group" || find "$group" -depth -type d -exec rmdir {} \;
    return 0
} 2>/dev/null

# Ends what came of the given processes, and what is marked where that is not sure to be all. False: some of it still
# lives after two seconds.
end_all() {
    for pause in 0 0 0.01 0.02 0.05 0.1 0.2 0.5 1; do
        gather "$@"
        marked= moving=
        [ -n "$contained" ] || mark
        end_group && [ -z "$family$marked$moving" ] && return 0
        kill -s KILL $family $marked 2>/dev/null
        [ "$pause" = 0 ] || sleep "$pause"
    done
    return 1
}

# Where the wrapper has gone: `program` is the process that it had started, or empty.
end_attempt() {
    contained=
    read -r group <"$WIDTHWISE_TRIAL_DIR/attempt-$attempt" || group=
    case ${group##*/} in
        widthwise-*) ;;
        *) group= ;;
    esac
    if [ -n "$1" ] && is_marked "$1"; then
        gather "$1"
        kill -s KILL $family
        kill -s KILL -- "-$1"
    fi
    end_all
} 2>/dev/null

