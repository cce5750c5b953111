#!/usr/bin/env python3
"""Writes the weight files that PyTorchFileTests.swift and ONNXFileTests.swift read, with PyTorch's own savers.

    python3 make_fixtures.py        (needs numpy, torch, torchvision, onnx, onnxscript)

The networks and their weights are those of Tests/GantryInferenceTests/Golden/make_golden.py: what the readers must give
back follows from the integer hash alone, and the logits stand beside that script.
"""

import argparse
import collections
import io
import pathlib
import sys
import zipfile

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[1] / "GantryInferenceTests" / "Golden"))
import make_golden  # noqa: E402


class Network(make_golden.Network):
    """With the head that torchvision writes: pool, flatten, linear."""

    def forward(self, x):
        outputs, _, _ = self.outputs(x)
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(outputs[-1], 1), 1))


# The smallest networks of two stages. The second is as Keras has its own: stride first, convolution biases, its
# epsilon.
BASIC = dict(blocks=[1, 1], width=4, basic=True, first=False, bias=False, eps=1e-5, cifar=True, classes=2)
VERSION_1 = dict(blocks=[1, 1], width=4, basic=False, first=True, bias=True, eps=1.001e-5, cifar=False, classes=2)


def network(options):
    """A network, or one of make_golden.NETWORKS by its name, in float32, filled with its hashed weights."""
    if isinstance(options, str):
        options = {key: value for key, value in make_golden.NETWORKS[options].items() if key != "size"}
    return make_golden.fill(Network(**options)).float().eval()


def small_tensors():
    """What the tests expect, spelled out there: strides, a shared storage, every element type."""
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    return collections.OrderedDict([
        ("transposed", base.permute(2, 0, 1)),
        ("middle", base[:, 1, 1:3]),
        ("scalar", torch.tensor(2.5)),
        ("empty", torch.zeros(0, 3)),
        ("half", torch.tensor([1, -2, 65504, 2**-24], dtype=torch.float16)),
        ("brain", torch.tensor([1, -2.5], dtype=torch.bfloat16)),
        ("bytes", torch.tensor([[-128, 127], [0, -1]], dtype=torch.int8).t()),
        ("double", torch.tensor([0.5], dtype=torch.float64)),
        ("count", torch.tensor(7)),
    ])


def checkpoint(model):
    """As a training script saves it: the wrapped network among other things."""
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimiser, [30, 60])
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    return {
        "epoch": 12, "arch": "resnet", "best_acc1": torch.tensor(76.13), "lr": 1e-3, "steps": 10**12,
        "model": nn.DataParallel(model).state_dict(), "optimizer": optimiser.state_dict(),
        "lr_scheduler": scheduler.state_dict(),
        "args": argparse.Namespace(lr=0.1, names={"a", "b"}, size=torch.Size([2])),
    }


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        with torch.no_grad():
            self.fc.weight.copy_(torch.arange(6).reshape(2, 3))
            self.fc.bias.copy_(torch.tensor([1.0, -1.0]))


def without_debug(archive, path):
    """Copies a zip archive without the members that hold this machine's paths."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if "debug" not in name:
                target.writestr(name, source.read(name))


def save(value, name, **options):
    torch.save(value, FOLDER / name, **options)


def export(model, name, shape=(1, 3, 64, 64), dtype=torch.float32, **options):
    """Exports, and takes out what the exporters write of the machine: stack traces with its paths."""
    torch.onnx.export(model, (torch.zeros(shape, dtype=dtype),), FOLDER / name, **options)
    exported = onnx.load(FOLDER / name, load_external_data=False)
    for part in [exported, exported.graph, *exported.graph.node, *exported.graph.value_info]:
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(exported, FOLDER / name)


def export_all():
    kept = dict(dynamo=False, training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False)
    export(network("bottleneck-width8-odd"), "bottleneck-folded.onnx", dynamo=False)
    export(network("bottleneck-width8-odd"), "bottleneck-kept.onnx", **kept)
    export(network(VERSION_1), "version1-kept.onnx", **kept)
    export(network(BASIC), "basic-dynamo.onnx", dynamo=True, external_data=False)
    export(network(BASIC), "external.onnx", dynamo=True, external_data=True)
    (FOLDER / "external.onnx.data").unlink()
    export(nn.Sequential(network(BASIC), nn.Softmax(1)), "softmax.onnx", dynamo=False)
    half(FOLDER / "bottleneck-folded.onnx", FOLDER / "half.onnx")


def half(source, target):
    """The tensors of a model as FLOAT16, in raw_data and, every second one, in int32_data."""
    model = onnx.load(source)
    for number, tensor in enumerate(model.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, tensor.name))
        if number % 2:
            tensor.ClearField("raw_data")
            tensor.int32_data.extend(values.flatten().view(np.uint16).tolist())
    onnx.save(model, target)


def main():
    torch.manual_seed(0)
    export_all()
    state = network("bottleneck-width8-odd").state_dict()
    save(state, "bottleneck.pth")
    save(state, "bottleneck-legacy.pth", _use_new_zipfile_serialization=False)
    save(small_tensors(), "small.pt")
    save(small_tensors(), "small-legacy.pt", _use_new_zipfile_serialization=False)
    save(small_tensors(), "small-protocol5.pt", pickle_protocol=5)
    save(small_tensors(), "small-legacy-protocol4.pt", pickle_protocol=4, _use_new_zipfile_serialization=False)
    save(checkpoint(Tiny()), "checkpoint.pt")
    save(Tiny(), "whole-module.pt")
    save(nn.Parameter(torch.ones(2)), "parameter.pt")
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(Tiny()), buffer)
    without_debug(buffer, FOLDER / "torchscript.pt")


if __name__ == "__main__":
    main()
