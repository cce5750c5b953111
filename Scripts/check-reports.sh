#!/bin/sh
# Reports of the sample studies, looked at by programs that are no part of `make test`: highdicom, fhir.resources and axe
# (from PyPI, in a virtual environment of its own), dcentvfy and PixelMed's DicomSRValidator, qpdf, Chromium, and Orthanc, an
# archive that the scripts of Scripts/pacs send to (all of Debian). Pictures of the pages and their prints are kept where
# PICTURES says.
#
# Usage: check-reports.sh GANTRY PIPELINE [PICTURES]
set -eu
gantry=$1
pipeline=$2
here=$(dirname "$0")
environment=.build/check-reports
pictures=${3:-.build/check-reports-pictures}
python=$environment/bin/python

missing=""
for needed in dcentvfy:dicom3tools DicomSRValidator:pixelmed-apps chromium:chromium chromedriver:chromium-driver qpdf:qpdf \
    storescu:dcmtk curl:curl /usr/sbin/Orthanc:orthanc; do
    command -v "${needed%:*}" >/dev/null 2>&1 || missing="$missing ${needed#*:}"
done
[ -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so ] || missing="$missing orthanc-dicomweb"
[ -z "$missing" ] || { echo "check-reports: not installed: apt-get install$missing" >&2; exit 69; }
[ -x "$python" ] || python3 -m venv "$environment"
"$environment/bin/pip" install --quiet highdicom==0.28.2 fhir.resources==8.3.0 selenium==4.36.0
# Its axe.min.js is all that is wanted of it, not the browsers that it would install.
"$environment/bin/pip" install --quiet --no-deps axe-playwright-python==0.1.8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A bundle whose pipeline asks for every format.
cp -rL "$pipeline" "$work/bundle"
sed -i 's/^report:$/report:\n  formats: [html, json, sr, key-objects, secondary-capture, pdf, encapsulated-pdf, fhir]/' "$work/bundle/pipeline.yaml"
"$gantry" ingest SampleStudies --pipeline "$work/bundle" --store "$work/gantry.sqlite" --output "$work/reports" >/dev/null

echo "highdicom:"
"$python" "$here/check-reports.py" "$work/reports"

echo "fhir.resources:"
"$python" "$here/check-fhir.py" "$work/reports"

echo "axe in Chromium:"
rm -rf "$pictures"
"$python" "$here/check-pages.py" "$work/reports" "$pictures"
echo "  pictures and prints to look at: $pictures"

echo "dcentvfy:"
"$python" "$here/check-study.py" "$work/reports" SampleStudies

echo "DicomSRValidator:"
# Its rules are larger than Java's limits on XPath expressions.
export JAVA_TOOL_OPTIONS="-Xmx4g -Djdk.xml.xpathTotalOpLimit=0 -Djdk.xml.xpathExprGrpLimit=0 -Djdk.xml.xpathExprOpLimit=0"
validate() { # TEMPLATE DOCUMENT...
    template=$1
    shift
    for document in "$@"; do
        said=$(DicomSRValidator -donotmatchcase -checkambiguoustemplate -checkcontentitemorder -checktemplateid \
            "$document" 2>&1)
        case $said in *"Found Root Template $template"*) ;; *) echo "$said"; exit 1 ;; esac
        # Of warnings, those of Gantry's own items in an extensible template alone: docs/objects.md.
        if echo "$said" | grep -E '^(Error|Warning)|Exception' |
            grep -v '^Warning: .*99GANTRY,"[^"]*"): Content Item not in template$'; then exit 1; fi
    done
    echo "  no error in $# documents of $template"
}
validate TID_1500 "$work"/reports/outbox/*/*-sr.dcm
validate TID_2010 "$work"/reports/outbox/*/*-key-objects.dcm

echo "Orthanc:"
# In a network of its own, which nobody else reaches, where the system lets us have one.
if unshare --map-root-user --net ip link set lo up 2>/dev/null; then
    unshare --map-root-user --net sh -c 'ip link set lo up && exec "$@"' sh \
        "$python" "$here/check-pacs.py" "$work/reports" SampleStudies "$gantry" "$work/gantry.sqlite"
else
    "$python" "$here/check-pacs.py" "$work/reports" SampleStudies "$gantry" "$work/gantry.sqlite"
fi

echo "qpdf:"
# 3: warnings alone. cairo 1.16 names a picture that is shown twice on a page twice in its resources.
for pdf in "$work"/reports/patients/*/*/report.pdf; do
    said=$(qpdf --check "$pdf" 2>&1) || [ $? -eq 3 ] || { echo "$said"; exit 1; }
    if echo "$said" | grep '^WARNING' | grep -v 'dictionary has duplicated key'; then exit 1; fi
done
echo "  no error in $(ls "$work"/reports/patients/*/*/report.pdf | wc -l) documents"
