# Runs its arguments, an srun, which would end its tasks at once on SIGTERM: they hear of signals through scancel, and
# end by themselves. It stays a second longer, for a signal to the whole job may reach them first.
forward() { scancel --quiet --signal="$1" "$SLURM_JOB_ID"; }

trap 'interrupted=1; forward TERM' TERM
trap 'interrupted=1; forward USR1' USR1
"$@" &
child=$!
exec 2>/dev/null # the output is the trial's
stand_by $child
sleep 1
exit $code
