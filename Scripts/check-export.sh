#!/bin/sh
# The tables of `gantry export` as others read them: by pandas (in a virtual environment that is made here) and by R
# (Debian's r-base-core), with awkward texts; and what 10,000 studies cost in time and memory.
#
#   check-export.sh GANTRY BUNDLE
set -eu
gantry=$(realpath "$1") bundle=$(realpath "$2")
cd "$(dirname "$0")/.."
root=$(pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "check-export: $1" >&2; exit 1; }
command -v Rscript >/dev/null || fail "there is no Rscript: apt-get install r-base-core"
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet pandas
python="$folder/venv/bin/python"
cd "$folder"

"$gantry" phantom --output input --seed 7 --studies 10 --slices 40 --matrix 64 >/dev/null
# A name that begins a formula in a spreadsheet, has everything that CSV quotes, and looks like nothing at all.
first=$(find input -type f ! -name '*.csv' | sort | head -1)
dcmodify -nb -i 'SpecificCharacterSet=ISO_IR 192' -i "PatientName==cmd|' /C calc'!A0^\"Käthe\",山田" -i 'PatientID=0012' \
    -i 'AccessionNumber=NA' -i 'StudyDescription=+1; -1' "$(dirname "$first")"/*
"$gantry" ingest input --pipeline "$bundle" --store store.sqlite --output reports >ingest.txt 2>&1 || true
cp store.sqlite large.sqlite
python3 "$root/Scripts/multiply-store.py" large.sqlite 999

"$gantry" export --store store.sqlite --output small --format csv --format jsonl >/dev/null
"$python" -c '
import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[1:], check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(f"{time.monotonic() - start:.1f} s, {peak} MiB at most")' "$gantry" export --store large.sqlite --output large

"$python" "$root/docs/examples/read_export.py" small >pandas.txt
Rscript --vanilla "$root/docs/examples/read_export.R" small >R.txt
# R puts a space behind what it prints.
sed -i 's/ *$//' R.txt
diff pandas.txt R.txt || fail "pandas and R read different things"
cat pandas.txt
"$python" - "$root" <<'END'
"""What pandas reads of both forms is the same, cell by cell, and the texts are what went in."""
import importlib.util, json, sys
import pandas as pd
spec = importlib.util.spec_from_file_location("read_export", sys.argv[1] + "/docs/examples/read_export.py")
reader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reader)
for name in ("studies", "series", "slices", "files"):
    csv = reader.table(f"small/{name}.csv")
    lines = [json.loads(line) for line in open(f"small/{name}.jsonl", encoding="utf-8")]
    assert list(csv) == list(lines[0]) and len(csv) == len(lines)
    for index, line in enumerate(lines):
        for column, value in line.items():
            cell = csv[column].iloc[index]
            if value is None or value == "":
                assert not isinstance(cell, list) and pd.isna(cell), (name, column, cell)
            elif isinstance(value, list):
                assert cell == value, (name, column, cell, value)
            elif column in reader.MOMENTS:
                assert cell == pd.Timestamp(value), (name, column, cell, value)
            else:
                assert cell == value, (name, column, cell, value)
    large = pd.read_csv(f"large/{name}.csv", dtype=str, keep_default_na=False)
    assert len(large) == 1000 * len(csv), name
name = "=cmd|' /C calc'!A0^\"Käthe\",山田"
studies = reader.table("small/studies.csv")
study = studies[studies["patient_name"] == name].iloc[0]
assert (study["patient_id"], study["accession_number"], study["study_description"]) == ("0012", "NA", "+1; -1")
print("check-export: pandas reads the same from CSV and JSON lines, R the same as pandas")
END
