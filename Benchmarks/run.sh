#!/bin/sh
# Prints slices/s of the engine, and of ONNX Runtime on the same network in the same run where it can be had.
#
# The peer lives in a virtual environment of its own, .venv-bench, made on first use.
set -eu
cd "$(dirname "$0")/.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

swift build -c release --product engine-benchmark
model=$(mktemp --suffix=.safetensors)
trap 'rm -f "$model"' EXIT

echo "Gantry"
.build/release/engine-benchmark --model "$model"

if [ ! -x .venv-bench/bin/python ] || ! .venv-bench/bin/python -c 'import onnxruntime, onnx' 2>/dev/null; then
    echo "benchmark: making .venv-bench with numpy, onnx and onnxruntime"
    python3 -m venv .venv-bench && .venv-bench/bin/pip install --quiet numpy onnx onnxruntime \
        || { echo "benchmark: no Python packages to be had here; the peer is skipped."; exit 0; }
fi
echo "ONNX Runtime"
.venv-bench/bin/python Benchmarks/Engine/peer_onnxruntime.py "$model"
