#!/bin/sh
# What `gantry evaluate` and `gantry reaggregate` take on a store of STUDIES (10000) studies of 30 slices whose truth is
# known, and what pandas and scikit-learn take for the same figures. In memory where there is a file system for that:
# what is asked is what the program does, not the disk. The peers live in .venv-bench, made on first use.
set -eu
cd "$(dirname "$0")/../.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
python=${BENCHMARK_PYTHON:-$PWD/.venv-bench/bin/python}
swift build -c release --product gantry
swift build -c release --product evaluation-benchmark
if ! "$python" -c 'import pandas, sklearn' 2>/dev/null; then
    [ -x "$python" ] || python3 -m venv .venv-bench || true
    "$python" -m pip install --quiet pandas scikit-learn || python=""
fi
folder=$(mktemp -d -p "$([ -d /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" gantry-evaluation.XXXXXX)
trap 'rm -rf "$folder"' EXIT
.build/release/evaluation-benchmark "$folder" "${STUDIES:-10000}"
python3 Benchmarks/Evaluation/evaluation_benchmark.py .build/release/gantry "$folder" ${python:+"$python"}
