#!/bin/sh
# Sends what lies in Gantry's outbox to an archive, with DCMTK's storescu (C-STORE), and moves what it acknowledged from
# REPORTS/outbox to REPORTS/sent.
#
# Usage: send-storescu.sh REPORTS HOST PORT [CALLED_AE_TITLE [CALLING_AE_TITLE]]
set -eu
me=send-storescu
. "$(dirname "$0")/outbox.sh"
[ $# -ge 3 ] && [ $# -le 5 ] || fail 64 "usage: send-storescu.sh REPORTS HOST PORT [CALLED_AE_TITLE [CALLING_AE_TITLE]]"
host=$2 port=$3 called=${4:-ANY-SCP} calling=${5:-GANTRY}
target="$called at $host:$port"
for program in echoscu storescu; do
    command -v "$program" >/dev/null 2>&1 || fail 69 "$program is not installed: apt-get install dcmtk"
done

# Seconds to wait: for a connection, for an association, for an answer.
waiting="--timeout 20 --acse-timeout 20 --dimse-timeout 120"

# shellcheck disable=SC2086
reachable() { echoscu $waiting --aetitle "$calling" --call "$called" "$host" "$port"; }

# An object is stored where the answer is Success, or a warning (PS3.4 B.2.3: it was stored, with something changed).
# shellcheck disable=SC2086
send() {
    answer=$(storescu --verbose --required $waiting --aetitle "$calling" --call "$called" "$host" "$port" "$1" 2>&1) || {
        echo "$answer" | grep -E '^(E|F|W): ' || echo "$answer"
        return 1
    }
    echo "$answer" | grep -E '^I: Received Store Response \((Success|Warning)' >&2 || { echo "$answer"; return 1; }
}

empty_outbox "$1"
