#!/bin/sh
# Installs the Debian packages that building, running and testing Gantry needs, and says which.
# Nothing is done, and nothing said, where all of them are there.
set -eu

packages="
curl git make xz-utils
libcairo2-dev libcharls-dev libdcmtk-dev libhdf5-dev libjpeg62-turbo-dev libopenblas-dev libopenjp2-7-dev
libpango1.0-dev libpng-dev libsqlite3-dev libssl-dev zlib1g-dev
dcmtk dicom3tools fonts-noto-core openssl poppler-utils python3-jsonschema python3-numpy python3-pydicom
"

if ! command -v swift >/dev/null 2>&1; then
    echo "setup: no swift found. Install Swift 6.3 (swift.org/install/linux) and put it on PATH." >&2
    exit 69
fi

missing=""
for package in $packages; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

echo "setup: installing Debian packages:$missing"
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1; then
    as_root="sudo"
else
    echo "setup: neither root nor sudo here. Ask your administrator to run: apt-get install$missing" >&2
    exit 77
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as_root apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 \
    || { $as_root apt-get update -q && $as_root apt-get install -y -q --no-install-recommends $missing; }
