#!/bin/sh
# Makes docs/examples/export anew: what docs/ingest.md and docs/export.md lead to, with the keys that ingest.md shows.
# A test compares it with what the pages' commands write.
#
#   make-examples.sh GANTRY
set -eu
gantry=$(realpath "$1")
cd "$(dirname "$0")/.."
root=$(pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$root/SampleStudies" "$root/Pipelines" "$folder"
cd "$folder"
"$gantry" ingest SampleStudies/PHANTOM-0003 SampleStudies/PHANTOM-0005/20240115 SampleStudies/PHANTOM-0006/20240203 \
    --pipeline Pipelines/covid19-chest-ct
"$gantry" ingest --again "$("$gantry" status | sed -n '2s/ .*//p')"
"$gantry" export --output tables
rm -rf "$root/docs/examples/export"
mkdir -p "$root/docs/examples/export"
# Keys are different in every store: those of the page, in the order of its table.
shown=$(sed -n '/^\$ gantry ingest/,/^Research/s/.* \([0-9a-f]\{16\}\) .*/\1/p' "$root/docs/ingest.md" | head -3)
made=$(cut -d, -f1 tables/studies.csv | tail -n +2 | head -3)
patients=$(cut -d, -f2 tables/studies.csv | tail -n +2 | awk '!seen[$0]++')
script=""
for key in $shown; do
    script="$script;s/$(echo "$made" | head -1)/$key/g"
    made=$(echo "$made" | tail -n +2)
done
number=1
for key in $patients; do
    script="$script;s/$key/$(printf 'b%015x' $number)/g"
    number=$((number + 1))
done
for table in studies series slices files; do
    sed "${script#;}" "tables/$table.csv" > "$root/docs/examples/export/$table.csv"
done
