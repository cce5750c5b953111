#!/usr/bin/env python3
"""Writes curve-cifar.json, the losses of LossCurveTests.swift: 30 steps of ResNet-18 in PyTorch, Float64.

    python3 make_curve_golden.py FOLDER        (needs numpy, pillow, torch, torchvision)

FOLDER holds the unpacked cifar10-3000.tar. ResNet-18 with CIFAR's stem, a quarter of the width (16 channels in the first
stage) and ten classes; weights are the hash's (GantryInferenceTests/Golden/make_golden.py, MadeNetwork.swift).

Picture k of the run is number k / 10 of class k mod 10 of `train/`, classes and files in the order of their names, as
bytes: each step's 64 pictures are of all classes, and the 30 steps meet 1,920 of the 2,000 pictures once. No shuffling,
no augmentation. Pixels over 255, ImageNet's mean and deviation, in Float32. SGD: Nesterov momentum 0.9, learning rate
0.02, weight decay 1e-4 on weights of convolutions and the last layer. Loss: cross-entropy, each step's before its own
change of the weights.

Beside the losses in Float64 stand PyTorch's own in Float32: how far those are is how far rounding alone goes.
"""

import json
import pathlib
import sys

import numpy as np
import torch
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import make_training_golden as golden  # noqa: E402

NETWORK = dict(golden.BASIC, blocks=[2, 2, 2, 2], width=16, cifar=True, classes=10)
STEPS, BATCH = 30, 64
MEAN = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None]
DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None]


def pictures(folder):
    """The run's pictures and classes, in their order."""
    classes = sorted((path for path in (folder / "train").iterdir()), key=lambda path: path.name.encode())
    files = [sorted(path.glob("*.jpg"), key=lambda path: path.name.encode()) for path in classes]
    images, labels = [], []
    for k in range(STEPS * BATCH):
        with Image.open(files[k % len(files)][k // len(files)]) as image:
            pixels = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1)
        images.append((pixels / np.float32(255) - MEAN) / DEVIATION)
        labels.append(k % len(files))
    return torch.from_numpy(np.stack(images)), torch.tensor(labels)


def train(images, labels, dtype):
    with torch.no_grad():
        network = golden.shared.fill(golden.shared.Network(**NETWORK)).to(dtype).train()
    parameters = list(network.parameters())
    optimizer = torch.optim.SGD(
        [dict(params=[p for p in parameters if p.ndim > 1], weight_decay=1e-4),
         dict(params=[p for p in parameters if p.ndim == 1], weight_decay=0)],
        lr=0.02, momentum=0.9, nesterov=True)
    losses = []
    for step in range(STEPS):
        part = slice(step * BATCH, (step + 1) * BATCH)
        logits = network.outputs(images[part].to(dtype))[-1]
        loss = torch.nn.functional.cross_entropy(logits, labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main():
    torch.relu = golden.plain_relu
    images, labels = pictures(pathlib.Path(sys.argv[1]))
    losses, single = (train(images, labels, dtype) for dtype in (torch.float64, torch.float32))
    path = HERE / "curve-cifar.json"
    path.write_text(json.dumps(dict(losses=losses, float32=single), indent=1) + "\n")
    apart = [abs(a - b) for a, b in zip(losses, single)]
    print(f"losses {[round(loss, 4) for loss in losses]}, Float32 apart by {[f'{a:.0e}' for a in apart]}")


if __name__ == "__main__":
    main()
