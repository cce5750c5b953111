#!/usr/bin/env python3
"""Makes the peers' models out of a bundle's weights: model.onnx in Float32, and model-int8.xml quantised by NNCF for
OpenVINO.

    peer_models.py MODEL.safetensors SERIES OUTPUT

The graph is that of Engine/prepare_peers.py; it is calibrated on slices of the series itself.
"""

import os
import sys

import openvino
import nncf
from safetensors.numpy import load_file

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Engine"))
import prepare_peers  # noqa: E402
import peer_study  # noqa: E402


def main():
    weights, series, output = sys.argv[1:]
    # A bundle may keep its weights in half precision; the peers compute in Float32.
    model = prepare_peers.build({name: tensor.astype("float32") for name, tensor in load_file(weights).items()})
    path = os.path.join(output, "model.onnx")
    with open(path, "wb") as file:
        file.write(model)
    # Every third slice: the ends of the chest and its middle, low and high doses of what there is.
    chosen = list(peer_study.files(series))[::3]
    calibration = nncf.Dataset(chosen, lambda file: peer_study.read(file)[1][None])
    quantised = nncf.quantize(
        openvino.Core().read_model(path), calibration, subset_size=len(chosen),
        preset=nncf.QuantizationPreset.PERFORMANCE)
    openvino.save_model(quantised, os.path.join(output, "model-int8.xml"))


if __name__ == "__main__":
    main()
