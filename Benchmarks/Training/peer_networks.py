"""torchvision's networks with two classes, by the names that Gantry gives them."""

import torch

# torchvision's compiled operators want CUDA; its networks do not need them.
try:
    _operators = torch.library.Library("torchvision", "DEF")
    _operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _operators.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
except RuntimeError:
    pass
import torchvision  # noqa: E402


def network(name, cifar=False):
    """With `cifar` the stem is 3x3 without stride, and no pool follows."""
    made = {"resnet18": torchvision.models.resnet18, "resnet50-v1.5": torchvision.models.resnet50}[name](num_classes=2)
    if cifar:
        made.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        torch.nn.init.kaiming_normal_(made.conv1.weight, mode="fan_out", nonlinearity="relu")
        made.maxpool = torch.nn.Identity()
    return made
