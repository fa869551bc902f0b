# Runs its argument, a command, and stays until that has ended on a signal, which it hands on: of a task SLURM's
# proctrack/cgroup signals this process alone.
trap 'interrupted=1; hand_on TERM "$child"' TERM
trap 'interrupted=1; hand_on USR1 "$child"' USR1
sh -c 'trap exit TERM; trap : USR1; eval "$1"' sh "$1" &
child=$!
exec 2>/dev/null # the output is the trial's
stand_by "$child"
exit $code
