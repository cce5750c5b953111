#!/usr/bin/env python3
"""Writes the golden numbers of GoldenTests.swift: residual networks computed by PyTorch in float64.

    python3 make_golden.py [name...]     (needs numpy, torch, torchvision; without names writes all of NETWORKS)
    python3 make_golden.py --check       compares Network with every residual network of torchvision, writes nothing;
                                         slow

Weights and inputs come from the integer hash of Sources/GantryTensors/Seeded/SeededNumbers.swift, implemented here a
second time in NumPy. The networks are written once more here, in PyTorch's own layers, because torchvision has no Keras
layout and no base width; where torchvision has the network (v1.5, width 64) its logits are compared with ours:
ResNet-50's before anything is written, all with --check.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torchvision
from torch import nn

SEED = 20
GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def mix(z):
    z = np.uint64(z) if not isinstance(z, np.ndarray) else z
    with np.errstate(over="ignore"):
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def tops(name, count):
    """The upper 24 bits of each hash."""
    fnv = 0xCBF29CE484222325
    for byte in name.encode():
        fnv = (fnv ^ byte) * 0x100000001B3 & MASK
    state = mix(SEED) ^ np.uint64(fnv)
    with np.errstate(over="ignore"):
        steps = (np.arange(count, dtype=np.uint64) + np.uint64(1)) * np.uint64(GOLDEN)
        return (mix(state + steps) >> np.uint64(40)).astype(np.int64)


def uniform(name, count):
    """Float32 in (-1, 1), exact multiples of 2^-24."""
    return ((2 * tops(name, count) + 1 - (1 << 24)) / float(1 << 24)).astype(np.float32)


def scaled(name, t):
    """`t` in (-1, 1) as the made weights: He-uniform convolutions, batch norms that do something."""
    shape = t.shape
    if len(shape) == 4:
        scale, offset = np.sqrt(np.float32(6) / np.float32(np.prod(shape[1:]))), 0
    elif name.endswith("running_var"):
        scale, offset = 0.5, 1
    elif name.endswith("running_mean"):
        scale, offset = 0.25, 0
    elif name == "fc.weight":
        scale, offset = 0.0625, 0
    elif name.endswith(".weight"):  # of a batch norm
        scale, offset = 0.25, 0.5
    else:
        scale, offset = 0.125, 0
    values = t * np.float32(scale) + np.float32(offset)
    assert values.dtype == np.float32
    return values


def hashed(name, shape):
    """The made weights in float32. GoldenNetwork.swift says the same."""
    return scaled(name, uniform(name, int(np.prod(shape))).reshape(shape))


def outside(size, kernel, stride, same):
    """Zeros before and behind a side: as many, or as TensorFlow's SAME has them."""
    if not same:
        return kernel // 2, kernel // 2
    total = max((size - 1) // stride * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Padded(nn.Module):
    """A convolution or a pool behind padding of its own."""

    def __init__(self, layer, kernel, stride, value):
        super().__init__()
        self.layer, self.kernel, self.stride, self.value = layer, kernel, stride, value

    def forward(self, x):
        sides = [outside(size, self.kernel, self.stride, True) for size in (x.shape[3], x.shape[2])]
        return self.layer(nn.functional.pad(x, sides[0] + sides[1], value=self.value))


class PaddedConvolution(nn.Conv2d):
    """Padded as TensorFlow's SAME, under its own name."""

    def forward(self, x):
        kernel, stride = self.kernel_size[0], self.stride[0]
        sides = [outside(size, kernel, stride, True) for size in (x.shape[3], x.shape[2])]
        return nn.functional.conv2d(
            nn.functional.pad(x, sides[0] + sides[1]), self.weight, self.bias, stride, 0, 1, self.groups)


def convolution(inputs, outputs, kernel, stride, same, groups=1, bias=False):
    kind = PaddedConvolution if same else nn.Conv2d
    return kind(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=bias)


class Block(nn.Module):
    def __init__(self, inputs, width, stride, basic, first, bias, eps, inner=None, groups=1, shortcut="projection",
                 order="norm-relu", same=False, shortcut_bias=None):
        super().__init__()
        outputs = width * (1 if basic else 4)
        inner = inner or width
        self.order = order
        if basic:
            plan = [(inputs, width, 3, stride, 1), (width, width, 3, 1, 1)]
        else:
            plan = [
                (inputs, inner, 1, stride if first else 1, 1),
                (inner, inner, 3, 1 if first else stride, groups),
                (inner, outputs, 1, 1, 1),
            ]
        for number, (i, o, kernel, s, g) in enumerate(plan, 1):
            setattr(self, f"conv{number}", convolution(i, o, kernel, s, same, g, bias))
            setattr(self, f"bn{number}", nn.BatchNorm2d(o, eps=eps))
        self.count = len(plan)
        self.downsample = None
        self.zeros = None
        if stride != 1 or inputs != outputs:
            if shortcut == "zeros":
                self.zeros = (stride, (outputs - inputs) // 2, outputs - inputs - (outputs - inputs) // 2)
            else:
                own = bias if shortcut_bias is None else shortcut_bias
                layers = [nn.Conv2d(inputs, outputs, 1, stride, bias=own)]
                self.downsample = nn.Sequential(
                    *layers, *([nn.BatchNorm2d(outputs, eps=eps)] if shortcut == "projection" else []))

    def shortcut(self, x):
        if self.zeros:
            stride, before, behind = self.zeros
            return nn.functional.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, before, behind))
        return x if self.downsample is None else self.downsample(x)

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y, norm = getattr(self, f"conv{number}")(y), getattr(self, f"bn{number}")
            if self.order == "relu-norm":
                y = norm(torch.relu(y))
            else:
                y = norm(y)
                if number < self.count:
                    y = torch.relu(y)
        return torch.relu(y + self.shortcut(x))


class Network(nn.Module):
    """`inner`: channels of a bottleneck's 3x3 in the first stage, `groups`: that convolution's, `channels`: the
    image's. The stem is 7x7 of stride 2 with a pool, with `cifar` 3x3 of stride 1 without, unless `stem_stride` and
    `pool` say otherwise. `shortcut`: projection, convolution or zeros; `order`: norm-relu or relu-norm; `same`: zeros
    around images that are halved as TensorFlow's SAME has them."""

    def __init__(self, blocks, width, basic, first, bias, eps, cifar, classes, inner=None, groups=1, channels=3,
                 stem_stride=None, pool=None, shortcut="projection", order="norm-relu", same=False,
                 shortcut_bias=None):
        super().__init__()
        kernel, stride = (3, 1) if cifar else (7, 2)
        self.order = order
        self.conv1 = convolution(channels, width, kernel, stem_stride or stride, same, bias=bias)
        self.bn1 = nn.BatchNorm2d(width, eps=eps)
        self.pool = nn.Identity()
        if pool or (pool is None and not cifar):
            self.pool = Padded(nn.MaxPool2d(3, 2), 3, 2, float("-inf")) if same else nn.MaxPool2d(3, 2, 1)
        inputs = width
        for stage, count in enumerate(blocks):
            layers = []
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                layers.append(Block(inputs, width << stage, stride, basic, first, bias, eps,
                                    (inner or width) << stage, groups, shortcut, order, same, shortcut_bias))
                inputs = (width << stage) * (1 if basic else 4)
            setattr(self, f"layer{stage + 1}", nn.Sequential(*layers))
        self.stages = len(blocks)
        self.fc = nn.Linear(inputs, classes)

    def outputs(self, x):
        """The stem's and each stage's output, pooled features, logits."""
        x = self.conv1(x)
        x = self.pool(self.bn1(torch.relu(x)) if self.order == "relu-norm" else torch.relu(self.bn1(x)))
        outputs = [x]
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
            outputs.append(x)
        pooled = x.mean((2, 3))
        return outputs, pooled, self.fc(pooled)


def fill(network, made=hashed):
    state = network.state_dict()
    for name, tensor in state.items():
        if not name.endswith("num_batches_tracked"):
            tensor.copy_(torch.from_numpy(made(name, tuple(tensor.shape))))
    return network.double().eval()


def sampled(tensor, limit=256):
    """Every k-th value, k odd so that no row or channel is always missed, and the largest magnitude of all values."""
    flat = tensor.flatten()
    step = max(1, -(-len(flat) // limit)) | 1
    values = [float(np.float32(v)) for v in flat[::step].tolist()]
    return {"count": len(flat), "step": step, "largest": float(flat.abs().max()), "values": values}


NETWORKS = {
    "resnet50-v1.5": dict(blocks=[3, 4, 6, 3], width=64, basic=False, first=False, bias=False, eps=1e-5, cifar=False,
                          classes=1000, size=[224, 224]),
    "resnet50-v1": dict(blocks=[3, 4, 6, 3], width=64, basic=False, first=True, bias=True, eps=1.001e-5, cifar=False,
                        classes=1000, size=[224, 224]),
    "bottleneck-width8-odd": dict(blocks=[1, 2, 1], width=8, basic=False, first=False, bias=False, eps=1e-5,
                                  cifar=False, classes=3, size=[75, 53]),
    "basic-cifar": dict(blocks=[2, 2, 2], width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=True,
                        classes=10, size=[32, 32]),
    "basic-imagenet-wide8": dict(blocks=[2, 2, 2, 2], width=8, basic=True, first=False, bias=False, eps=1e-5,
                                 cifar=False, classes=5, size=[64, 64]),
    "resnext-width8": dict(blocks=[1, 2, 1], width=8, inner=16, groups=4, basic=False, first=False, bias=False,
                           eps=1e-5, cifar=False, classes=3, size=[75, 53]),
    "resnext-narrow": dict(blocks=[1, 1], width=12, inner=12, groups=6, basic=False, first=False, bias=False, eps=1e-5,
                           cifar=False, classes=3, size=[40, 33]),
    "resnext-wide-groups": dict(blocks=[1, 1, 1], width=16, inner=128, groups=2, basic=False, first=False, bias=False,
                                eps=1e-5, cifar=False, classes=3, size=[64, 64]),
    "wide-width8": dict(blocks=[1, 1, 1], width=8, inner=24, basic=False, first=False, bias=False, eps=1e-5,
                        cifar=False, classes=3, size=[64, 64]),
    "grey-basic": dict(blocks=[1, 1], width=8, channels=1, basic=True, first=False, bias=False, eps=1e-5, cifar=False,
                       classes=3, size=[64, 48]),
    "stem-apart": dict(blocks=[2, 2, 2], width=8, basic=True, first=False, bias=True, eps=1e-5, cifar=False,
                       pool=False, classes=2, size=[56, 40]),
    "stem-of-stride-1": dict(blocks=[1, 1], width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=False,
                             stem_stride=1, pool=True, shortcut_bias=True, classes=3, size=[33, 28]),
    "maps-of-one-pixel": dict(blocks=[2, 2, 2, 2], width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=False,
                              classes=10, size=[32, 32]),
    "shortcut-convolution": dict(blocks=[1, 1, 1], width=8, basic=True, first=False, bias=True, eps=1e-5, cifar=True,
                                 shortcut="convolution", classes=10, size=[32, 32]),
    "shortcut-zeros": dict(blocks=[3, 3, 3], width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=True,
                           shortcut="zeros", classes=10, size=[32, 31]),
    "shortcut-zeros-bottleneck": dict(blocks=[2, 1], width=8, basic=False, first=False, bias=False, eps=1e-5,
                                      cifar=False, shortcut="zeros", classes=3, size=[45, 48]),
    "relu-norm": dict(blocks=[2, 2], width=8, basic=True, first=False, bias=True, eps=1e-5, cifar=False,
                      order="relu-norm", classes=3, size=[40, 37]),
    "relu-norm-bottleneck": dict(blocks=[1, 2], width=8, basic=False, first=True, bias=False, eps=1e-5, cifar=True,
                                 order="relu-norm", shortcut="convolution", classes=3, size=[24, 24]),
    "padding-same": dict(blocks=[1, 1, 1], width=8, basic=True, first=False, bias=True, eps=1e-3, cifar=False,
                         same=True, shortcut="convolution", classes=10, size=[64, 45]),
}

# What each of torchvision's networks is here; the rest is theirs alone: width 64, v1.5, 1000 classes.
PUBLISHED = {
    "resnet18": dict(blocks=[2, 2, 2, 2], basic=True),
    "resnet34": dict(blocks=[3, 4, 6, 3], basic=True),
    "resnet50": dict(blocks=[3, 4, 6, 3], basic=False),
    "resnet101": dict(blocks=[3, 4, 23, 3], basic=False),
    "resnet152": dict(blocks=[3, 8, 36, 3], basic=False),
    "resnext50_32x4d": dict(blocks=[3, 4, 6, 3], basic=False, inner=128, groups=32),
    "resnext101_32x8d": dict(blocks=[3, 4, 23, 3], basic=False, inner=256, groups=32),
    "wide_resnet50_2": dict(blocks=[3, 4, 6, 3], basic=False, inner=128),
}


def image_of(channels, height, width):
    """The input [1, channels, height, width], in (-2, 2)."""
    image = uniform("input", channels * height * width) * np.float32(2)
    return torch.from_numpy(image).double().reshape(1, channels, height, width)


@torch.no_grad()
def check():
    """That Network with the published sizes is torchvision's, weight for weight."""
    image = image_of(3, 64, 64)
    for name, sizes in PUBLISHED.items():
        ours = fill(Network(width=64, first=False, bias=False, eps=1e-5, cifar=False, classes=1000, **sizes))
        theirs = fill(torchvision.models.get_model(name, weights=None, num_classes=1000))
        assert list(ours.state_dict()) == list(theirs.state_dict()), name
        expected = theirs(image)
        assert torch.allclose(ours.outputs(image)[2], expected, rtol=1e-12, atol=1e-12), name
        print(name, "is torchvision's, largest logit", float(expected.abs().max()))


def main(names):
    folder = pathlib.Path(__file__).parent
    for name in names:
        arguments = dict(NETWORKS[name])
        height, width = arguments.pop("size")
        with torch.no_grad():
            image = image_of(arguments.get("channels", 3), height, width)
            network = Network(**arguments)
            fill(network)
            stages, pooled, logits = network.outputs(image)
            if name == "resnet50-v1.5":
                theirs = fill(torchvision.models.resnet50(weights=None, num_classes=1000))(image)
                assert torch.allclose(theirs, logits, rtol=1e-12, atol=1e-12), "not torchvision's network"
        golden = {
            "network": name,
            "torch": torch.__version__,
            "stages": [sampled(stage[0]) for stage in stages],
            # Of the first stage's maps, as ResidualArchitecture.earlyStage has it.
            "early": sampled(stages[1][0].mean((1, 2))),
            "pooled": sampled(pooled[0]),
            "logits": sampled(logits[0], limit=1 << 20),
        }
        path = folder / f"{name}.json"
        path.write_text(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{") + "\n")
        print(name, [round(s["largest"], 3) for s in golden["stages"]], round(golden["logits"]["largest"], 3))


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        main(sys.argv[1:] or NETWORKS)
