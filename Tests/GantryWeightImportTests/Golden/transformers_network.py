"""Hugging Face transformers' ResNet under torchvision's names, for make_family.py and make_full_width.py."""

import re

import transformers


def torchvision_name(name):
    """`resnet.encoder.stages.0.layers.1.layer.2.normalization.bias` is `layer1.1.bn3.bias`."""
    name = name.replace("resnet.embedder.embedder.convolution", "conv1")
    name = name.replace("resnet.embedder.embedder.normalization", "bn1").replace("classifier.1", "fc")
    module = r"resnet\.encoder\.stages\.(\d+)\.layers\.(\d+)\.(.*)"
    parts = re.fullmatch(module + r"\.(convolution|normalization)\.(\w+)", name)
    if parts is None:
        return name
    stage, block, place, kind, tensor = parts.groups()
    if place == "shortcut":
        layer = "downsample.0" if kind == "convolution" else "downsample.1"
    else:
        layer = ("conv" if kind == "convolution" else "bn") + str(int(place.removeprefix("layer.")) + 1)
    return f"layer{int(stage) + 1}.{block}.{layer}.{tensor}"


def network(blocks, basic, width, classes):
    """v1.5, as transformers' own configuration is and microsoft/resnet-50's."""
    expansion = 1 if basic else 4
    return transformers.ResNetForImageClassification(transformers.ResNetConfig(
        embedding_size=width, hidden_sizes=[(width * expansion) << stage for stage in range(len(blocks))],
        depths=blocks, layer_type="basic" if basic else "bottleneck", num_labels=classes))
