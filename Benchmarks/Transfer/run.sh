#!/bin/sh
# Transfer with real weights: CIFAR-10's ResNet-20, frozen through layer2, against the same network from nothing, on 5 %
# of PneumoniaMNIST's training pictures, with three seeds. Prints the learning curves.
#
#     Benchmarks/Transfer/run.sh          5 minutes on two idle cores
#
# The checkpoint and the pictures lie in ../shared/data; without them nothing is measured.
set -eu
cd "$(dirname "$0")/../.."
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
images=../shared/data/images
if [ ! -d "$images/cifar10-resnet20" ] || [ ! -f "$images/pneumoniamnist.npz" ]; then
    echo "benchmark: no $images here; nothing is measured"
    exit 0
fi
swift build -c release --product gantry
exec /usr/bin/python3 Benchmarks/Transfer/transfer.py .build/release/gantry "$images" .build/bench-transfer
