#!/usr/bin/env python3
"""Writes the golden statistics of BatchNormCalibrationTests.swift: batch norms calibrated in PyTorch, float64.

    python3 make_golden.py        (needs numpy, torch, torchvision)

Each batch norm, in the order of the forward pass, takes mean and unbiased variance of its input as its running
statistics before it is applied in evaluation mode. Networks and hash are those of
GantryInferenceTests/Golden/make_golden.py.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "GantryInferenceTests" / "Golden"))
import make_golden as shared  # noqa: E402

NETWORKS = {
    "calibration-v1.5": dict(blocks=[2, 1], width=8, basic=False, first=False, bias=False, eps=1e-5, cifar=False,
                             classes=2),
    "calibration-v1": dict(blocks=[1, 2], width=8, basic=False, first=True, bias=True, eps=1.001e-5, cifar=False,
                           classes=2),
    "calibration-basic-cifar": dict(blocks=[1, 1], width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=True,
                                    classes=2),
}
COUNT, HEIGHT, WIDTH = 3, 40, 32


def calibrate(norm, inputs):
    (x,) = inputs
    norm.running_mean.copy_(x.mean((0, 2, 3)))
    norm.running_var.copy_(x.var((0, 2, 3), unbiased=True))


def main():
    for name, description in NETWORKS.items():
        network = shared.fill(shared.Network(**description))
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.register_forward_pre_hook(calibrate)
        image = shared.uniform("calibration", COUNT * 3 * HEIGHT * WIDTH) * np.float32(2)
        with torch.no_grad():
            network.outputs(torch.from_numpy(image).double().reshape(COUNT, 3, HEIGHT, WIDTH))
        statistics = {
            key: [float(np.float32(v)) for v in tensor.tolist()]
            for key, tensor in network.state_dict().items()
            if key.endswith(("running_mean", "running_var"))
        }
        path = HERE / f"{name}.json"
        text = json.dumps(statistics, indent=0, separators=(",", ":"))
        path.write_text(text.replace(",\n", ",").replace("],", "],\n") + "\n")
        print(name, len(statistics))


if __name__ == "__main__":
    main()
