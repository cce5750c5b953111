#!/bin/sh
# soak.sh GANTRY BUNDLE RUNS FAILING: short runs beside a busy loop, RUNS in each precision and FAILING of the kind that
# crashed at its end (two studies, two at once, int8, every core busy, one arena): each must end with 0. Faults of a
# process's end show only so: in one run of a thousand.
set -eu
gantry=$(realpath "$1")
bundle=$(realpath "$2")
runs=$3
failing=$4
work=$(mktemp -d)
loops=
stop() {
    # Only the loops that were started here.
    for loop in $loops; do kill "$loop" 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
busy() {
    count=0
    while [ "$count" -lt "$1" ]; do
        (while :; do :; done) &
        loops="$loops $!"
        count=$((count + 1))
    done
}

# Small, so that the start and the end are most of a run.
"$gantry" phantom --output "$work/studies" --seed 11 --studies 2 --slices 16 --matrix 64 >/dev/null
rm -f "$work/studies/truth.csv"
one=$(find "$work/studies" -mindepth 1 -maxdepth 1 -type d | sort | head -1)
mkdir "$work/bundle"
cp "$bundle/model.safetensors" "$work/bundle/"
sed 's/input-size: [0-9]*/input-size: 64/; /^  precision:/d' "$bundle/pipeline.yaml" >"$work/bundle/pipeline.yaml"
"$gantry" model quantize "$work/studies" --pipeline "$work/bundle" >/dev/null
for precision in f32 bf16 int8; do
    cp -r "$work/bundle" "$work/$precision"
    sed -i "s/^  variant:/  precision: $precision\\n  variant:/" "$work/$precision/pipeline.yaml"
done

# run NAME COUNT STUDIES OPTIONS...: says how many ended with another code.
run() {
    name=$1 count=$2 input=$3
    shift 3
    bad=0 number=0
    started=$(date +%s)
    while [ "$number" -lt "$count" ]; do
        number=$((number + 1))
        rm -rf "$work/run"
        status=0
        "$gantry" ingest "$input" --store "$work/run/store.sqlite" --output "$work/run/reports" \
            --smallest-free-gb 0 "$@" >"$work/out" 2>&1 || status=$?
        if [ "$status" -ne 0 ]; then
            bad=$((bad + 1))
            echo "soak: $name, run $number of $count ended with $status:" >&2
            tail -n 5 "$work/out" >&2
        fi
    done
    echo "soak: $name: $count runs in $(($(date +%s) - started)) s, $bad of them ended with another code than 0"
    failed=$((failed + bad))
}

failed=0
busy 1
for precision in f32 bf16 int8; do run "$precision" "$runs" "$one" --pipeline "$work/$precision"; done
busy $(($(nproc) - 1))
export MALLOC_ARENA_MAX=1
run "two studies at once in int8, all cores busy, one arena" "$failing" "$work/studies" --jobs 2 --pipeline "$work/int8"
[ "$failed" -eq 0 ]
