#!/bin/sh
# DICOM objects of the sample studies, looked at by programs that are no part of `make test`: highdicom (from PyPI, in a
# virtual environment of its own), dcentvfy and PixelMed's DicomSRValidator (Debian: dicom3tools, pixelmed-apps).
#
# Usage: check-reports.sh GANTRY PIPELINE
set -eu
gantry=$1
pipeline=$2
here=$(dirname "$0")
environment=.build/check-reports

for program in dcentvfy DicomSRValidator; do
    command -v "$program" >/dev/null 2>&1 || {
        echo "check-reports: $program is not installed: apt-get install dicom3tools pixelmed-apps" >&2; exit 69; }
done
if [ ! -x "$environment/bin/python" ]; then
    python3 -m venv "$environment"
    "$environment/bin/pip" install --quiet "highdicom==0.28.2"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A bundle whose pipeline asks for every format.
cp -rL "$pipeline" "$work/bundle"
sed -i 's/^report:$/report:\n  formats: [html, json, sr, key-objects, secondary-capture]/' "$work/bundle/pipeline.yaml"
"$gantry" ingest SampleStudies --pipeline "$work/bundle" --store "$work/gantry.sqlite" --output "$work/reports" >/dev/null

echo "highdicom:"
"$environment/bin/python" "$here/check-reports.py" "$work/reports"

echo "dcentvfy:"
# Every object beside the others of its study.
for study in "$work"/reports/outbox/*; do
    found=$(dcentvfy "$study"/*.dcm 2>&1 | grep '^Error' || true)
    [ -z "$found" ] || { echo "$found"; exit 1; }
done
echo "  no error"

echo "DicomSRValidator:"
# Its rules are larger than Java's limits on XPath expressions.
export JAVA_TOOL_OPTIONS="-Xmx4g -Djdk.xml.xpathTotalOpLimit=0 -Djdk.xml.xpathExprGrpLimit=0 -Djdk.xml.xpathExprOpLimit=0"
for document in "$work"/reports/outbox/*/*-sr.dcm; do
    said=$(DicomSRValidator -donotmatchcase -checkambiguoustemplate -checkcontentitemorder -checktemplateid "$document" 2>&1)
    echo "$said" | grep -q 'Found Root Template TID_1500' || { echo "$said"; exit 1; }
    ! echo "$said" | grep -E '^(Error|Exception)' || exit 1
done
echo "  no error in $(ls "$work"/reports/outbox/*/*-sr.dcm | wc -l) documents"
