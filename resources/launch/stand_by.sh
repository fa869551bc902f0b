# For scripts whose traps set `interrupted` and hand the signal on.
hand_on() { # signal, shell: to it and to the program that is its child
    programs=
    read -r programs <"/proc/$2/task/$2/children" || :
    kill -s "$1" "$2" $programs
} 2>/dev/null

stand_by() { # child process; code: its exit code, whatever interrupts the wait
    while
        interrupted=
        wait "$1"
        code=$?
        [ -n "$interrupted" ]
    do
        kill -0 "$1" 2>/dev/null && continue
        wait "$1" 2>/dev/null
        again=$?
        [ "$again" -eq 127 ] || code=$again # some shells tell it but once
        break
    done
}

