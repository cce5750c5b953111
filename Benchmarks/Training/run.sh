#!/bin/sh
# Prints images/s and memory of training, and the validation AUC on PneumoniaMNIST, with PyTorch beside it in one run.
#
#     Benchmarks/Training/run.sh [options of training_benchmark.py]     5 to 8 minutes on two idle cores
#     Benchmarks/Training/run.sh --quick                                2 rounds and one epoch: under 4
#
# PyTorch lives in a virtual environment of its own, .venv-bench-train, made on first use (300 MB). PneumoniaMNIST is
# taken from ../shared/data where that is there.
set -eu
cd "$(dirname "$0")/../.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
folder=.build/bench-training
python=$PWD/.venv-bench-train/bin/python

if [ "${1:-}" = --quick ]; then
    shift
    set -- --rounds 2 --epochs 1 "$@"
fi
swift build -c release --product gantry
swift build -c release --product training-benchmark
mkdir -p "$folder"
# torchvision alone cannot be imported without CUDA's operators: peer_networks.py knows how.
if [ ! -x "$python" ] || ! "$python" -c 'import numpy, sys; sys.path.insert(0, sys.argv[1]); import peer_networks' \
    Benchmarks/Training 2>/dev/null; then
    echo "benchmark: making .venv-bench-train with PyTorch for the CPU"
    rm -rf .venv-bench-train
    # Without dependencies: the wheel that is not for the CPU alone wants 3 GB of CUDA.
    if python3 -m venv .venv-bench-train \
        && "$python" -m pip install --quiet --no-deps torch==2.13.0+cpu torchvision==0.28.0 \
        && "$python" -m pip install --quiet numpy pillow filelock fsspec jinja2 networkx sympy typing_extensions; then
        :
    else
        echo "benchmark: no PyTorch to be had here; it is skipped"
        rm -rf .venv-bench-train
    fi
fi
[ ! -x "$python" ] || set -- --python "$python" "$@"
exec python3 Benchmarks/Training/training_benchmark.py --trainer .build/release/training-benchmark \
    --gantry .build/release/gantry --folder "$folder" --pneumonia ../shared/data/images/pneumoniamnist.npz "$@"
