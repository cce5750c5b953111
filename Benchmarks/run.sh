#!/bin/sh
# Prints images/s, memory and start of the engine in three precisions, and of ONNX Runtime and OpenVINO in the same run.
#
#     Benchmarks/run.sh [options of engine-benchmark compare]
#     Benchmarks/run.sh --avx2 [...]      all held to AVX2, where the CPU has more: ONNX Runtime cannot be, and is left out
#
# BENCHMARK_NETWORK names another network than resnet50-v1.5: resnext50-32x4d or wide-resnet50-2.
#
# The peers live in a virtual environment of their own, .venv-bench, made on first use; the network, the images and what
# the peers make of them lie in .build/bench-engine.
set -eu
cd "$(dirname "$0")/.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
if [ "${1:-}" = --avx2 ]; then
    shift
    export GANTRY_CPU=avx2 ONEDNN_MAX_CPU_ISA=AVX2
    if grep -q avx512f /proc/cpuinfo; then set -- --beside openvino "$@"; fi
    set -- --precisions f32,int8 "$@"
fi
network=${BENCHMARK_NETWORK:-resnet50-v1.5}
folder=.build/bench-engine
[ "$network" = resnet50-v1.5 ] || folder=$folder-$network
python=$PWD/.venv-bench/bin/python

swift build -c release --product engine-benchmark
if [ ! -x "$python" ] || ! "$python" -c 'import onnx, safetensors, onnxruntime, openvino, nncf' 2>/dev/null; then
    echo "benchmark: making .venv-bench with ONNX Runtime, OpenVINO and NNCF"
    rm -rf .venv-bench
    if python3 -m venv .venv-bench; then
        for packages in "numpy onnx safetensors" onnxruntime openvino nncf; do
            "$python" -m pip install --quiet $packages || echo "benchmark: $packages cannot be had here"
        done
        # The others work without it; with it they tell their makers that they ran.
        "$python" -m pip uninstall --quiet --yes openvino-telemetry || true
    fi
fi

.build/release/engine-benchmark make --folder "$folder" --network "$network"
if [ -x "$python" ]; then
    "$python" Benchmarks/Engine/prepare_peers.py "$folder"
    .build/release/engine-benchmark compare --folder "$folder" --network "$network" --python "$python" \
        --peers "$PWD/Benchmarks/Engine" "$@"
else
    echo "benchmark: no virtual environment to be had here; the peers are skipped"
    .build/release/engine-benchmark compare --folder "$folder" --network "$network" "$@"
fi
