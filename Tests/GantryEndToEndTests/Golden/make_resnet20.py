#!/usr/bin/env python3
"""Writes resnet20-predictions.json, which ResNet20Tests.swift reads: what PyTorch makes of the 1,000 test pictures of
../shared/data/images/cifar10-3000.tar with the ResNet-20 beside them, in float64.

    python3 make_resnet20.py FOLDER        (the folder of these files; needs numpy, torch, pillow)

The network is written as the checkpoint's own repository has it (Idelbayev, pytorch_resnet_cifar10). A digit a picture,
in the order of the pictures' names: the index of the class.
"""

import io
import json
import pathlib
import sys
import tarfile

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.is_shaped, self.side = stride != 1 or inputs != outputs, outputs // 4

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.is_shaped:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.side, self.side))
        return functional.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        inputs = 16
        for stage, outputs in enumerate((16, 32, 64), 1):
            blocks = [Block(inputs if index == 0 else outputs, outputs, 2 if stage > 1 and index == 0 else 1)
                      for index in range(3)]
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
            inputs = outputs
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


@torch.no_grad()
def main(folder):
    state = torch.load(folder / "cifar10-resnet20/resnet20-12fca82f.th", map_location="cpu")["state_dict"]
    network = ResNet20()
    network.load_state_dict({name.removeprefix("module."): tensor for name, tensor in state.items()})
    network = network.double().eval()
    with tarfile.open(folder / "cifar10-3000.tar") as archive:
        names = sorted(m.name for m in archive.getmembers() if m.isfile() and "test" in m.name.split("/"))
        pictures = [np.asarray(Image.open(io.BytesIO(archive.extractfile(name).read())).convert("RGB")) for name in names]
    x = torch.from_numpy(np.stack(pictures)).double().permute(0, 3, 1, 2) / 255
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    x = (x - mean.double().view(1, 3, 1, 1)) / deviation.double().view(1, 3, 1, 1)
    logits = torch.cat([network(part) for part in x.split(50)])
    classes = sorted({name.split("/")[-2] for name in names})
    found = logits.argmax(1).tolist()
    right = sum(classes[index] == name.split("/")[-2] for index, name in zip(found, names))
    first = logits.sort(1).values
    print(f"{right} of {len(names)} right; the nearest two classes are {(first[:, -1] - first[:, -2]).min():.4f} apart")
    path = pathlib.Path(__file__).parent / "resnet20-predictions.json"
    path.write_text(json.dumps({"classes": classes, "predictions": "".join(map(str, found))}) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
