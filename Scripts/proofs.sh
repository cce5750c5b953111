#!/bin/sh
# proofs.sh: the frameworks in a virtual environment of their own, .venv-frameworks, made on first use; then the
# published networks at full width are made by them, and what Gantry computes is compared. Some 4 GB of packages and 10
# minutes.
set -eu
python=.venv-frameworks/bin/python
modules='torch, torchvision, safetensors, onnx, timm, transformers, keras'
if [ ! -x "$python" ] || ! "$python" -c "import $modules" 2>/dev/null; then
    echo "proofs: making .venv-frameworks with PyTorch, timm, transformers and Keras"
    rm -rf .venv-frameworks
    python3 -m venv .venv-frameworks
    "$python" -m pip install --quiet torch torchvision safetensors onnx onnxscript timm transformers \
        tensorflow-cpu tf_keras
fi
swift build -c release --build-tests
swift test -c release --skip-build --filter 'Full width'
