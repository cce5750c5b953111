#!/usr/bin/env python3
"""Writes sigmoid.tar.xz, which SigmoidTests.swift reads: two networks whose outputs go through a sigmoid, of base width
8, saved by PyTorch, with what PyTorch makes of some images in float64.

    python3 make_sigmoid.py     (needs numpy, torch)

    one/     basic blocks, one output, as BCEWithLogitsLoss trains it
    labels/  bottlenecks with the stride on the 3x3, three outputs, each a label of its own

Each has model.pth (a state dict under torchvision's names); x.npy and logits.npy, probabilities.npy, what the network
makes of images of 64x64; hu.npy, Hounsfield units of 128x128, and hu-probabilities.npy, what comes of them behind the
window -600, 1500 (LINEAR), the mean of 2x2 pixels and ImageNet's normalisation. caffe.pth has a stem for values of 0
to 255, on which the other's sigmoids would all be 0 or 1.
"""

import io
import lzma
import pathlib
import tarfile

import numpy as np
import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent
WIDTH, SIDE = 8, 64


class Block(nn.Module):
    """torchvision's BasicBlock, or Bottleneck."""

    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        outputs = width * (4 if bottleneck else 1)
        sizes = [(1, inputs, width, 1), (3, width, width, stride), (1, width, outputs, 1)] if bottleneck else [
            (3, inputs, width, stride), (3, width, width, 1)]
        self.steps = len(sizes)
        for number, (kernel, source, target, step) in enumerate(sizes, 1):
            setattr(self, f"conv{number}", nn.Conv2d(source, target, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{number}", nn.BatchNorm2d(target))
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        else:
            self.downsample = nn.Identity()

    def forward(self, x):
        y = x
        for number in range(1, self.steps + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            if number < self.steps:
                y = torch.relu(y)
        return torch.relu(y + self.downsample(x))


class Network(nn.Module):
    def __init__(self, bottleneck, outputs):
        super().__init__()
        expansion = 4 if bottleneck else 1
        self.conv1 = nn.Conv2d(3, WIDTH, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(WIDTH, WIDTH, 1, bottleneck))
        self.layer2 = nn.Sequential(Block(WIDTH * expansion, 2 * WIDTH, 2, bottleneck))
        self.fc = nn.Linear(2 * WIDTH * expansion, outputs)

    def forward(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(self.layer2(self.layer1(x)).mean((2, 3)))


@torch.no_grad()
def fill(network, random):
    """Coarse numbers, which compress, as large as a trained network's."""
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        levels = torch.from_numpy((2 * random.integers(0, 16, tuple(tensor.shape)) - 15) / 16)
        if name.endswith("running_var") or (tensor.ndim == 1 and name.endswith("weight")):
            levels = 1 + levels / 4
        elif tensor.ndim > 1:
            levels = levels * (3 / tensor[0].numel()) ** 0.5
        else:
            levels = levels / 4
        tensor.copy_(levels)


def saved(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def saved_state(state):
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


@torch.no_grad()
def files(bottleneck, outputs, seed):
    random = np.random.default_rng(seed)
    network = Network(bottleneck, outputs).double().eval()
    fill(network, random)
    x = random.integers(-8, 9, (3, 3, SIDE, SIDE)) / 4 + np.array([-0.5, 0, 0.75])[:, None, None, None]
    # Coarse patches of tissue and air, every value beyond the window's ends among them.
    patches = random.integers(-24, 12, (3, 16, 16)) * 64
    hu = (np.kron(patches, np.ones((8, 8), int)) + random.integers(-3, 4, (3, 128, 128)) * 16).astype("<i2")
    windowed = ((torch.from_numpy(hu.astype(np.float64)) + 600.5) / 1499 + 0.5).clamp(0, 1)
    square = nn.functional.avg_pool2d(windowed[:, None], 2).expand(-1, 3, -1, -1)
    mean, deviation = (torch.tensor(values, dtype=torch.float64)[:, None, None]
                       for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    # Outputs that vary from image to image, around the middle of the sigmoid.
    network.fc.weight *= 4
    seen = torch.cat([network(torch.from_numpy(x)), network((square - mean) / deviation)])
    network.fc.bias -= ((seen.amax(0) + seen.amin(0)) / 2).float().double()
    logits = network(torch.from_numpy(x))
    whole = torch.sigmoid(network((square - mean) / deviation))
    print(logits, torch.sigmoid(logits), whole)
    state = {name: tensor.float() if tensor.is_floating_point() else tensor
             for name, tensor in network.state_dict().items()}
    caffe = dict(state, **{"conv1.weight": state["conv1.weight"] / 64})
    return {"model.pth": saved_state(state), "caffe.pth": saved_state(caffe), "x.npy": saved(x.astype("<f4")),
            "logits.npy": saved(logits.numpy().astype("<f4")),
            "probabilities.npy": saved(torch.sigmoid(logits).numpy().astype("<f4")),
            "hu.npy": saved(hu), "hu-probabilities.npy": saved(whole.numpy().astype("<f4"))}


def main():
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for folder, contents in (("one", files(False, 1, 15)), ("labels", files(True, 3, 16))):
            for name, data in contents.items():
                member = tarfile.TarInfo(f"{folder}/{name}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    (FOLDER / "sigmoid.tar.xz").write_bytes(lzma.compress(archive.getvalue(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
