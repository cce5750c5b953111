# What the scripts beside this file share: they empty an outbox of DICOM objects. Sourced, not run.
#
# A script sets `me` (its name) and `target` (whom it sends to, for people), defines
#
#   reachable           succeeds where the archive answers; what it prints says why not
#   send FILE JSON      succeeds where the archive says that it has stored FILE; what it prints says why not
#
# and calls `empty_outbox REPORTS`. An object is taken out of the outbox while Gantry keeps off its folder, sent, and lies
# in `sent` once the archive has acknowledged it. What was not acknowledged goes back, unless Gantry has written it anew
# meanwhile. What a run that was killed had taken goes back first.

umask 077

say() { echo "$me: $1" >&2; }
fail() { say "$2"; exit "$1"; }

# Objects are never half there, but their descriptions are written before them: they belong together where the
# description has the object's digest.
belong_together() {
    [ -f "$1.json" ] && [ "$(sed -n 's/^ *"sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$1.json")" = "$(digest "$1.dcm")" ]
}

digest() { sha256sum <"$1" | cut -d' ' -f1; }

# Puts an object back into the outbox. The description goes first, as Gantry writes them.
put_back() { # STUDY NAME
    mkdir -p "$outbox/$1"
    exec 8<"$outbox/$1" && flock 8
    if [ ! -e "$outbox/$1/$2.dcm" ] && [ -e "$sending/$1/$2.dcm" ]; then
        [ ! -e "$sending/$1/$2.json" ] || mv "$sending/$1/$2.json" "$outbox/$1/$2.json"
        mv "$sending/$1/$2.dcm" "$outbox/$1/$2.dcm"
    fi
    rm -f "$sending/$1/$2.dcm" "$sending/$1/$2.json"
    exec 8<&-
}

# Takes the object out of the outbox; fails where Gantry is at it, or where nothing is there any more.
take() { # STUDY NAME
    exec 8<"$outbox/$1" && flock 8
    taken=1
    if [ -f "$outbox/$1/$2.dcm" ] && belong_together "$outbox/$1/$2"; then
        mkdir -p "$sending/$1"
        mv "$outbox/$1/$2.dcm" "$sending/$1/" && mv "$outbox/$1/$2.json" "$sending/$1/" && taken=0
    fi
    exec 8<&-
    return "$taken"
}

keep_as_sent() { # STUDY NAME
    mkdir -p "$sent/$1"
    cp "$sending/$1/$2.json" "$sent/$1/$2.json"
    mv "$sending/$1/$2.dcm" "$sent/$1/$2.dcm"
    rm "$sending/$1/$2.json"
}

# Puts back whatever lies in `sending`.
put_all_back() {
    for left in "$sending"/*/*.dcm; do
        [ -e "$left" ] || continue
        study=$(basename "$(dirname "$left")")
        put_back "$study" "$(basename "$left" .dcm)"
    done
    rm -f "$sending"/.body "$sending"/.answer "$sending"/*/*.json
    for left in "$sending"/*/; do rmdir "$left" 2>/dev/null || true; done
}

# Ends with 0 where everything was acknowledged or nothing was there, with 8 where something was and something was not,
# with 75 where nothing was, where the archive does not answer, and where another run is at it.
empty_outbox() {
    [ $# -eq 1 ] && [ -d "$1" ] || fail 66 "no folder of reports: ${1:-}. Give the one that Gantry writes to (--output)."
    for program in flock sha256sum; do
        command -v "$program" >/dev/null 2>&1 || fail 69 "$program is not installed: apt-get install util-linux coreutils"
    done
    outbox=$1/outbox sending=$1/sending sent=$1/sent
    [ -d "$outbox" ] || fail 66 "$1 has no outbox: no pipeline has been asked for DICOM objects (report.formats) yet."
    mkdir -p "$sending" "$sent" || fail 73 "cannot write in $1."
    exec 9<"$sending"
    flock -n 9 || fail 75 "another run is emptying $outbox; nothing was done."
    trap put_all_back EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    put_all_back

    acknowledged=0 refused=0
    for file in "$outbox"/*/*.dcm; do
        [ -e "$file" ] || continue
        study=$(basename "$(dirname "$file")") name=$(basename "$file" .dcm)
        if [ $((acknowledged + refused)) -eq 0 ]; then
            why=$(reachable 2>&1) || fail 75 "$target does not answer; everything stays in $outbox: $(last "$why")"
        fi
        if ! take "$study" "$name"; then
            [ ! -e "$file" ] || say "outbox/$study/$name.dcm is left for the next run: its .json does not describe it"
            continue
        fi
        if why=$(send "$sending/$study/$name.dcm" "$sending/$study/$name.json" 2>&1); then
            keep_as_sent "$study" "$name"
            acknowledged=$((acknowledged + 1))
            echo "sent/$study/$name.dcm"
        else
            put_back "$study" "$name"
            refused=$((refused + 1))
            say "outbox/$study/$name.dcm stays: $target did not store it: $(last "$why")"
            why=$(reachable 2>&1) || { say "$target does not answer any more: $(last "$why")"; break; }
        fi
    done
    left=$(find "$outbox" -mindepth 2 -maxdepth 2 -name '[!.]*.dcm' | wc -l)
    [ $((acknowledged + left)) -eq 0 ] || say "$acknowledged sent, $left left"
    [ "$refused" -eq 0 ] || { [ "$acknowledged" -gt 0 ] && exit 8 || exit 75; }
}

# The last line that says something.
last() { echo "$1" | grep -v '^[[:space:]]*$' | tail -n 1; }
