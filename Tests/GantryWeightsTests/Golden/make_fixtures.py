#!/usr/bin/env python3
"""Writes the weight files that PyTorchFileTests.swift reads, with PyTorch's own savers.

    python3 make_fixtures.py        (needs numpy, torch, torchvision)

The networks and their weights are those of Tests/GantryInferenceTests/Golden/make_golden.py: what the readers must give back follows from the
integer hash alone, and the logits stand beside that script.
"""

import argparse
import collections
import pathlib
import sys

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[1] / "GantryInferenceTests" / "Golden"))
import make_golden  # noqa: E402


def network(name):
    """One of make_golden.NETWORKS in float32, filled with its hashed weights."""
    options = {key: value for key, value in make_golden.NETWORKS[name].items() if key != "size"}
    return make_golden.fill(make_golden.Network(**options)).float().eval()


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
        "lr_scheduler": scheduler.state_dict(), "args": argparse.Namespace(lr=0.1, names={"a", "b"}, size=torch.Size([2])),
    }


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        with torch.no_grad():
            self.fc.weight.copy_(torch.arange(6).reshape(2, 3))
            self.fc.bias.copy_(torch.tensor([1.0, -1.0]))


def save(value, name, **options):
    torch.save(value, FOLDER / name, **options)


def main():
    torch.manual_seed(0)
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
    torch.jit.script(Tiny()).save(str(FOLDER / "torchscript.pt"))


if __name__ == "__main__":
    main()
