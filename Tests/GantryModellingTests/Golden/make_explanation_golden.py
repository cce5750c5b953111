#!/usr/bin/env python3
"""Writes explanation.json: Grad-CAM, occlusion, bilinear resampling, rank correlation and colours by other programs.

    make_explanation_golden.py > explanation.json        (needs numpy, torch, scipy, matplotlib)

Networks, weights and image are those of GantryInferenceTests/Golden/make_golden.py, in Float64. Grad-CAM takes its
gradients from autograd at every stage, the last one too, where Gantry takes them from the last layer's weights.
"""

import json
import pathlib
import sys
import types

import numpy as np
import torch
from matplotlib import colormaps
from scipy.stats import spearmanr

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "GantryInferenceTests" / "Golden"))
# Only its own check needs torchvision.
sys.modules.setdefault("torchvision", types.ModuleType("torchvision"))
import make_golden as shared  # noqa: E402

CASES = {
    "bottleneck-width8-odd": ["stem", "layer1", "layer2", "layer3"],
    "basic-imagenet-wide8": ["stem", "layer1", "layer2", "layer3", "layer4"],
    "grey-basic": ["stem", "layer1", "layer2"],
    "relu-norm": ["stem", "layer1", "layer2"],
    "shortcut-zeros": ["layer1", "layer2", "layer3"],
    "padding-same": ["layer1", "layer3"],
    "resnet50-v1.5": ["layer3", "layer4"],
}
CELLS = 14


def numbers(values):
    return [float(np.float32(v)) for v in np.asarray(values).ravel()]


def grad_cam(network, image, stage, label):
    stages, _, logits = network.outputs(image)
    index = 0 if stage == "stem" else int(stage[5:])
    activations = stages[index]
    gradient = torch.autograd.grad(logits[0, label], activations)[0]
    weights = gradient.mean((2, 3), keepdim=True)
    return torch.relu((weights * activations).sum(1))[0].detach()


@torch.no_grad()
def occlusion(network, image, label):
    height, width = image.shape[2:]
    rows, columns = min(CELLS, height), min(CELLS, width)
    whole = network.outputs(image)[2][0, label]
    result = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            covered = image.clone()
            top, left = (row - 0.5) * height / rows, (column - 0.5) * width / columns
            bottom, right = (row + 1.5) * height / rows, (column + 1.5) * width / columns
            ys = slice(max(0, int(np.floor(top))), min(height, int(np.ceil(bottom))))
            xs = slice(max(0, int(np.floor(left))), min(width, int(np.ceil(right))))
            covered[:, :, ys, xs] = 0
            result[row, column] = whole - network.outputs(covered)[2][0, label]
    return result


def main():
    cases = []
    for name, stages in CASES.items():
        arguments = dict(shared.NETWORKS[name])
        height, width = arguments.pop("size")
        with torch.no_grad():
            network = shared.fill(shared.Network(**arguments))
        image = shared.image_of(arguments.get("channels", 3), height, width)
        maps = []
        for stage in stages:
            for label in [0, 1]:
                found = grad_cam(network, image, stage, label)
                maps.append({"stage": stage, "label": label, "shape": list(found.shape), "values": numbers(found)})
        case = {"network": name, "maps": maps}
        last = grad_cam(network, image, stages[-1], 1)
        resampled = torch.nn.functional.interpolate(
            last[None, None], size=(61, 47), mode="bilinear", align_corners=False)[0, 0]
        case["resampled"] = numbers(resampled.flatten()[::7])
        if name in ["basic-imagenet-wide8", "grey-basic"]:
            case["occlusion"] = numbers(occlusion(network, image, 1))
        cases.append(case)

    random = np.random.default_rng(17)
    correlations = []
    for count, levels in [(49, 49), (49, 6), (196, 20), (5, 2)]:
        one = random.integers(0, levels, count) / 8
        other = np.maximum(one + random.integers(-levels, levels, count) / 8, 0)
        correlations.append(
            {"one": one.tolist(), "other": other.tolist(), "correlation": float(spearmanr(one, other).statistic)})

    colours = (np.array(colormaps["cividis"].colors) * 255).round().astype(int)[::5].tolist()
    golden = {"torch": torch.__version__, "cases": cases, "correlations": correlations, "cividis": colours}
    print(json.dumps(golden, separators=(",", ":")).replace("},{", "},\n{"))


if __name__ == "__main__":
    main()
