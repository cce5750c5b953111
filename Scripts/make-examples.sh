#!/bin/sh
# Makes docs/examples anew, by the commands of the pages: its store and reports (docs/examples/README.md), and its tables
# (docs/export.md). A test compares both with what the pages' commands write.
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

# Reports: a small study with two key slices. The store that is committed is made once: what it holds stays readable.
store="$root/docs/examples/gantry.sqlite"
if [ ! -f "$store" ]; then
    "$gantry" phantom --output study --seed 20 --studies 1 --slices 16 --matrix 160 --fix all --fix disease=sample
    cp -rL "$root/Pipelines/covid19-chest-ct" bundle
    sed -i 's/key-pictures: 6/key-pictures: 2/' bundle/pipeline.yaml
    "$gantry" bundle seal bundle
    "$gantry" ingest study/PHANTOM-0001 --pipeline bundle --store "$store"
    # Where it was made is of no use to anybody.
    python3 -c 'import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    for table, column in ("study", "root"), ("input", "path"):
        store.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (sys.argv[2], "/srv/dicom"))' "$store" "$folder"
    chmod 644 "$store"
    rm -f "$store.lock"
fi
cp "$store" .
rm -rf "$root/docs/examples/reports"
key=$("$gantry" status --store gantry.sqlite | sed -n '2s/ .*//p')
"$gantry" report "$key" --store gantry.sqlite --output reports --format html --format json --format fhir --format pdf \
    --format sr --format key-objects --format secondary-capture --format encapsulated-pdf
chmod -R go+rX reports
mv reports "$root/docs/examples"

# Tables, by the keys that docs/ingest.md shows: keys are different in every store.
"$gantry" ingest SampleStudies/PHANTOM-0003 SampleStudies/PHANTOM-0005/20240115 SampleStudies/PHANTOM-0006/20240203 \
    --pipeline Pipelines/covid19-chest-ct
"$gantry" ingest --again "$("$gantry" status | sed -n '2s/ .*//p')"
"$gantry" export --output tables
rm -rf "$root/docs/examples/export"
mkdir -p "$root/docs/examples/export"
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
