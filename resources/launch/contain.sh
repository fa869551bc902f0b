# For the wrapper: keeps what it will start within reach, in a control group of its own where this user may make one.
# Elsewhere the kernel makes this process the parent of what loses its own, wherever perl or python can ask it to.

# group: a directory, or empty. (SLURM watches the groups of its jobs itself.)
make_group() {
    group=
    [ -z "${SLURM_JOB_ID-}" ] || return 0
    while IFS=: read -r number _ path; do
        [ "$number" != 0 ] || break
    done </proc/self/cgroup
    for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
        [ "$number" = 0 ] && [ -e "$root/cgroup.controllers" ] && [ -w "$root$path/cgroup.procs" ] || continue
        group=${root}${path%/}/widthwise-$$-$start_ticks
        mkdir "$group" && echo "$group" >"attempt-$attempt" && return 0
        group=
    done
} 2>/dev/null

# Starts this script once more as the same process, with two arguments: `adopts` where it adopts now, else "", and the
# time. Returns where there is nobody to ask. prctl is 36, PR_SET_CHILD_SUBREAPER, in <linux/prctl.h>; its number follows
# from the machine.
adopt() {
    perl=/usr/bin/perl
    [ -x "$perl" ] || perl=$(command -v perl) || perl=
    if [ -n "$perl" ] && works "$perl" -e 1; then
        PERL_BADLANG=0 exec "$perl" -e 'delete $ENV{PERL_BADLANG}; open EXE, "<", "/proc/self/exe"; read EXE, $head, 20;
            $prctl = {62, 157, 183, 167, 243, 167, 258, 167, 21, 171, 22, 172, 3, 172, 40, 172}->{unpack "x18S", $head};
            push @ARGV, $prctl && syscall($prctl, 36, 1, 0, 0, 0) == 0 ? "adopts" : "", time; exec {"/bin/sh"} @ARGV' sh "$0" again
    fi
    if command -v python3 >/dev/null && works python3 -IS -c 'import ctypes, os, signal'; then
        exec python3 -IS -c 'import ctypes, os, signal, sys, time
for number in signal.SIGPIPE, signal.SIGXFSZ: signal.signal(number, signal.SIG_DFL)
adopts = ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0
os.execv("/bin/sh", ["sh", *sys.argv[1:], "adopts" if adopts else "", str(int(time.time()))])' "$0" again
    fi
}

# Libraries of other programs can keep one from starting; without such there is no need to try.
works() {
    [ -z "${LD_LIBRARY_PATH-}${LD_PRELOAD-}${PERL5OPT-}${PERL5LIB-}${PYTHONHOME-}" ] || "$@" </dev/null >/dev/null 2>&1
}

