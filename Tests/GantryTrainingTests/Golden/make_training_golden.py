#!/usr/bin/env python3
"""Writes the golden files of TrainedStepsTests.swift: three steps of training in PyTorch, float64.

    python3 make_training_golden.py [run...]        (needs numpy, torch, torchvision, safetensors; without names all)

Networks, weights and hash are those of GantryInferenceTests/Golden/make_golden.py, but that the batch norms which end a bottleneck's branch have a quarter of the
weight: with the whole, gradients through sixteen random blocks grow until not even PyTorch's own Float32 stays near its Float64. Each file has, after the third step, every k-th value of each tensor (k
odd, at most 48 values), its largest magnitude as NAME.largest, and the losses of the three steps. Float64, because PyTorch's own Float32 is no more right than ours.

A ReLU whose input lies as near 0 as rounding moves it lets a gradient through or not by chance: of the inputs "training SALT STEP" that salt is taken, and written
down as `salt`, with which no ReLU comes so near in any of the steps.

The runs "bf16-..." are of wider networks, and have besides, as NAME.autocast, the same values of a run in Float32 under autocast to bfloat16: how far that ends
from Float64 is the measure of ours. No ReLU is watched there: bfloat16 moves many.
"""

import pathlib
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
# A torchvision whose compiled operators do not load still has its networks.
try:
    operators = torch.library.Library("torchvision", "DEF")
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    operators.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
except RuntimeError:
    pass
sys.path.insert(0, str(HERE.parent.parent / "GantryInferenceTests" / "Golden"))
import make_golden as shared  # noqa: E402

BASIC = dict(width=8, basic=True, first=False, bias=False, eps=1e-5, cifar=False, classes=3)
BOTTLENECK = dict(BASIC, basic=False)
NETWORKS = {
    "resnet18": dict(BASIC, blocks=[2, 2, 2, 2]),
    "resnet50": dict(BOTTLENECK, blocks=[3, 4, 6, 3]),
    "keras-v1": dict(BOTTLENECK, blocks=[2, 2, 1, 1], first=True, bias=True, eps=1.001e-5),
    "resnext": dict(BOTTLENECK, blocks=[1, 2, 1, 1], inner=16, groups=4),
    "wide": dict(BOTTLENECK, blocks=[1, 2, 1, 1], inner=16),
    "cifar": dict(BASIC, blocks=[1, 2, 1], cifar=True),
    "small": dict(BASIC, blocks=[1, 1, 1, 1]),
    "zeros": dict(BASIC, blocks=[1, 2, 1], cifar=True, shortcut="zeros"),
    "shortcut-convolution": dict(BASIC, blocks=[1, 1, 1], cifar=True, bias=True, shortcut="convolution"),
    "stem-apart": dict(BASIC, blocks=[1, 1], bias=True, pool=False),
    "relu-norm": dict(BASIC, blocks=[2, 1], bias=True, order="relu-norm"),
    "padding-same": dict(BASIC, blocks=[1, 1, 1], bias=True, same=True, eps=1e-3, shortcut="convolution"),
    "wide-resnet18": dict(BASIC, blocks=[2, 2, 2, 2], width=32),
    "wide-bottleneck": dict(BOTTLENECK, blocks=[2, 2, 2, 1], width=32),
}
# network, optimiser, and what else: clip, smoothing and weights, frozen stages, frozen batch norms.
RUNS = {
    "resnet18": ("resnet18", "sgd", {}),
    "resnet50": ("resnet50", "sgd", {}),
    "keras-v1": ("keras-v1", "sgd", {}),
    "resnext": ("resnext", "sgd", {}),
    "wide": ("wide", "sgd", {}),
    "cifar": ("cifar", "sgd", {}),
    "adam": ("small", "adam", {}),
    "adamw": ("small", "adamw", {}),
    "clip": ("small", "sgd", dict(clip=0.5)),
    "smoothing": ("small", "sgd", dict(smoothing=0.1, weights=[0.5, 1.0, 2.0])),
    "frozen-layer2": ("small", "sgd", dict(stages=2)),
    "frozen-norms": ("keras-v1", "sgd", dict(norms=True)),
    "zeros": ("zeros", "sgd", {}),
    "shortcut-convolution": ("shortcut-convolution", "sgd", {}),
    "stem-apart": ("stem-apart", "sgd", {}),
    "relu-norm": ("relu-norm", "sgd", {}),
    "padding-same": ("padding-same", "sgd", {}),
    "bf16-resnet18": ("wide-resnet18", "sgd", {}),
    "bf16-bottleneck": ("wide-bottleneck", "sgd", {}),
}
COUNT, HEIGHT, WIDTH, CLASSES, STEPS = 4, 48, 41, 3, 3
MARGIN, SALTS = 4e-6, 40
margin = float("inf")
plain_relu = torch.relu


def watched_relu(x):
    global margin
    margin = min(margin, float(x.detach().abs().min()))
    return plain_relu(x)


torch.relu = watched_relu


def train(network, salt, optimizer_name, clip=None, smoothing=0.0, weights=None, stages=None, norms=False, autocast=False):
    network.train()
    frozen = [] if stages is None else [network.conv1, network.bn1] + [getattr(network, f"layer{i + 1}") for i in range(stages)]
    for module in frozen:
        module.eval()
        module.requires_grad_(False)
    if norms:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
    decays = {"sgd": 1e-2, "adam": 1e-2, "adamw": 1e-1}[optimizer_name]
    trained = [(n, p) for n, p in network.named_parameters() if p.requires_grad]
    groups = [
        dict(params=[p for _, p in trained if p.ndim > 1], weight_decay=decays),
        dict(params=[p for _, p in trained if p.ndim == 1], weight_decay=0.0),
    ]
    optimizer = {
        "sgd": lambda: torch.optim.SGD(groups, lr=0.02, momentum=0.9, nesterov=True),
        "adam": lambda: torch.optim.Adam(groups, lr=1e-3),
        "adamw": lambda: torch.optim.AdamW(groups, lr=1e-3),
    }[optimizer_name]()
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    loss_function = nn.CrossEntropyLoss(weight=weight, label_smoothing=smoothing)
    losses = []
    for step in range(STEPS):
        image = shared.uniform(f"training {salt} {step}", COUNT * 3 * HEIGHT * WIDTH) * np.float32(2)
        labels = torch.tensor([(step + index) % CLASSES for index in range(COUNT)])
        image = torch.from_numpy(image).reshape(COUNT, 3, HEIGHT, WIDTH)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            logits = network.outputs(image if autocast else image.double())[-1]
            loss = loss_function(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        if clip is not None:
            assert nn.utils.clip_grad_norm_([p for _, p in trained], clip) > clip
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses


def made(network_name):
    with torch.no_grad():
        network = shared.fill(shared.Network(**NETWORKS[network_name]))
        for key, parameter in network.named_parameters():
            if key.endswith("bn3.weight"):
                parameter.mul_(0.25)
    return network


def main():
    global margin
    for name in sys.argv[1:] or RUNS:
        network_name, optimizer, options = RUNS[name]
        best = None
        for salt in range(SALTS):
            margin = float("inf")
            network = made(network_name)
            losses = train(network, salt, optimizer, **options)
            if best is None or margin > best[0]:
                best = margin, salt, losses, network.state_dict()
            if margin > MARGIN or name.startswith("bf16"):
                break
        reached, salt, losses, state = best
        before = made(network_name).state_dict()
        tensors = {"losses": np.array(losses, dtype=np.float32), "salt": np.array([salt], dtype=np.float32)}
        if name.startswith("bf16"):
            network = made(network_name).float()
            tensors["losses.autocast"] = np.array(train(network, salt, optimizer, autocast=True), dtype=np.float32)
            state |= {f"{key}.autocast": tensor for key, tensor in network.state_dict().items()}
        moved = []
        for key, tensor in state.items():
            if "num_batches_tracked" in key:
                continue
            values = tensor.flatten().numpy()
            step = max(1, -(-len(values) // 48)) | 1
            tensors[key] = values[::step].astype(np.float32)
            if key not in before:
                continue
            tensors[key + ".largest"] = np.array([abs(values).max()], dtype=np.float32)
            moved.append(float((tensor - before[key]).abs().max() / tensor.abs().max()))
        path = HERE / f"training-{name}.safetensors"
        save_file(tensors, path)
        path.chmod(0o644)
        print(f"{name}: salt {salt}, margin {reached:.1e}, losses {losses}, least change of a tensor {min(moved):.1e}")


if __name__ == "__main__":
    main()
