# Runs its argument, a command, and stays until that has ended on a signal, which it hands on: of a task SLURM's
# proctrack/cgroup signals this process alone.
forward() {
    programs=
    read -r programs <"/proc/$child/task/$child/children" || :
    kill -s "$1" "$child" $programs
} 2>/dev/null

trap 'interrupted=1; forward TERM' TERM
trap 'interrupted=1; forward USR1' USR1
sh -c 'trap exit TERM; trap : USR1; eval "$1"' sh "$1" &
child=$!
stand_by "$child"
exit $code
