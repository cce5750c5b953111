#!/bin/sh
# Prints files/s and slices/s of the reader, and of pydicom, GDCM and SimpleITK on the same files in the same run.
#
#     Benchmarks/Reader/run.sh [options of reader-benchmark measure]
#
# The series is made once, in .build/bench-reader, out of a real chest CT where ../shared/data has one, else out of a
# phantom. The peers live in a virtual environment of their own, .venv-bench-reader, made on first use.
set -eu
cd "$(dirname "$0")/../.."
series=.build/bench-reader
python=$PWD/.venv-bench-reader/bin/python

swift build -c release --product gantry
swift build -c release --product reader-benchmark
if [ ! -x "$python" ] || ! "$python" -c 'import pydicom, gdcm, SimpleITK' 2>/dev/null; then
    echo "benchmark: making .venv-bench-reader with pydicom and its plug-ins, GDCM and SimpleITK"
    rm -rf .venv-bench-reader
    python3 -m venv .venv-bench-reader || echo "benchmark: no virtual environment to be had here"
    plug_ins="pylibjpeg pylibjpeg-libjpeg pylibjpeg-openjpeg pylibjpeg-rle pyjpegls"
    for packages in "pydicom $plug_ins" python-gdcm SimpleITK; do
        "$python" -m pip install --quiet numpy $packages || echo "benchmark: $packages cannot be installed here"
    done
fi

if [ ! -d "$series/scan" ]; then
    rm -rf "$series"
    mkdir -p "$series"
    real=../shared/data/series/lidc0001_chest_133.tar.xz
    if [ -f "$real" ]; then
        mkdir "$series/source" && tar xf "$real" -C "$series/source"
    else
        .build/release/gantry phantom --output "$series/source" --studies 1 --slices 100 --matrix 512
    fi
    .build/release/reader-benchmark make "$series/source" "$series"
    rm -rf "$series/source"
fi
if [ ! -d "$series/jpeg-2000" ]; then
    "$python" Benchmarks/Reader/encode_jpeg2000.py "$series/uncompressed" "$series/jpeg-2000" \
        || { rm -rf "$series/jpeg-2000"; echo "benchmark: nothing here encodes JPEG 2000"; }
fi
if [ -x "$python" ]; then
    .build/release/reader-benchmark measure "$series" --python "$python" --peers "$PWD/Benchmarks/Reader" "$@"
else
    .build/release/reader-benchmark measure "$series" "$@"
fi
