#!/usr/bin/env python3
"""Writes wild.tar.xz, which WildCheckpointTests.swift reads: one small network saved in the many ways in which people
save networks, and networks that Gantry does not compute.

    python3 make_wild.py        (needs numpy, torch, torchvision, safetensors, timm, transformers, monai, h5py)

golden.json has, for each file of `read/`, the input's shape and the logits that its framework computes in float64, or
pooled features where there is no last layer. What `refused/` has is never computed: its numbers are zeros. Weights are
`make_family.coarse` under torchvision's names.
"""

import argparse
import collections
import copy
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import zipfile

import h5py
import numpy as np
import safetensors.torch
import timm.models
import torch
import transformers
from monai.networks import nets
from torch import nn
from torch.nn.utils import fusion

import make_family
import make_fixtures
import make_golden  # make_fixtures makes it importable
import transformers_network

FOLDER = pathlib.Path(__file__).parent
SHAPE = (3, 40, 32)
BASIC = dict(make_family.BASIC, blocks=[1, 1], classes=3)
BOTTLENECK = dict(make_family.V1_5, blocks=[1, 1], classes=3)


class Settings:
    """A class that nobody else knows, as training scripts pickle them."""

    def __init__(self):
        self.rate, self.path = 0.1, pathlib.PurePosixPath("data")


class Weights(dict):
    """A class that nobody else knows, with the tensors in it."""


def network(options=BASIC):
    return make_golden.fill(make_fixtures.Network(**options), make_family.coarse)


def save(folder, name, value):
    path = folder / name
    if name.endswith(".safetensors"):
        safetensors.torch.save_file({key: tensor.contiguous() for key, tensor in value.items()}, path)
    else:
        torch.save(value, path)


def prefixed(prefix, state):
    return collections.OrderedDict((prefix + key, tensor) for key, tensor in state.items())


def without_head(state):
    return collections.OrderedDict((key, tensor) for key, tensor in state.items() if not key.startswith("fc."))


def headed(state, name, bias=True):
    """The state dict with its last layer called `name`."""
    renamed = without_head(state)
    renamed[name + ".weight"] = state["fc.weight"]
    if bias:
        renamed[name + ".bias"] = state["fc.bias"]
    return renamed


def children(model, head=True):
    """The network as transfer learning's tutorials cut it: a Sequential of its children."""
    parts = [model.conv1, model.bn1, nn.ReLU(), model.pool, model.layer1, model.layer2, nn.AdaptiveAvgPool2d(1)]
    return nn.Sequential(*parts, *([nn.Flatten(), model.fc] if head else []))


def fused(model):
    """Every batch norm fused into its convolution, as before a deployment."""
    model = copy.deepcopy(model).eval()
    pairs = [(model, "conv1", "bn1")]
    for block in [*model.layer1, *model.layer2]:
        pairs += [(block, f"conv{number}", f"bn{number}") for number in range(1, block.count + 1)]
        if block.downsample is not None:
            pairs.append((block.downsample, "0", "1"))
    for parent, convolution, norm in pairs:
        setattr(parent, convolution, fusion.fuse_conv_bn_eval(getattr(parent, convolution), getattr(parent, norm)))
        setattr(parent, norm, nn.Identity())
    return model


class Read:
    """The files that are read, and what they must give."""

    def __init__(self, folder):
        self.folder = folder
        self.golden = {}

    def add(self, name, value, outputs, shape=SHAPE):
        if value is not None:
            save(self.folder, name, value)
        self.golden[name] = {"input": list(shape), "outputs": outputs.flatten().tolist()}


@torch.no_grad()
def write_read(folder):
    read = Read(folder)
    image = make_golden.image_of(*SHAPE)
    exact = network()
    _, features, logits = exact.outputs(image)
    without_bias = logits - exact.fc.bias
    model = network().float()
    state = model.state_dict()
    other = collections.OrderedDict((key, tensor * 0) for key, tensor in state.items())
    loss = {"criterion.weight": torch.ones(3), "train_auc.preds": torch.zeros(4)}

    lightning = {"state_dict": {**prefixed("model.", state), **loss}, "epoch": 3, "global_step": 1200,
                 "pytorch-lightning_version": "2.5.0", "hyper_parameters": {"lr": 0.1}}
    read.add("lightning.ckpt", lightning, logits)
    read.add("lightning.safetensors", {**prefixed("model.", state), **loss}, logits)
    averaged = torch.optim.swa_utils.AveragedModel(model)
    read.add("averaged.pt", averaged.state_dict(), logits)
    read.add("moving-average.pt", {**prefixed("model.", other), **prefixed("ema.module.", state)}, logits)
    read.add("moving-average.safetensors", {**prefixed("ema.", other), **state}, logits)
    for name in ["fc.1", "fc.0", "classifier", "head", "head.fc", "linear", "last_linear", "classifier.1"]:
        read.add(f"last-{name}.pt", headed(state, name), logits)
    read.add("last-without-bias.pt", headed(state, "fc", bias=False), without_bias)
    apart = {**prefixed("backbone.", without_head(state)), "head.fc.weight": state["fc.weight"],
             "head.fc.bias": state["fc.bias"]}
    read.add("mmpretrain.pth", {"meta": {"epoch": 1}, "state_dict": apart}, logits)
    read.add("children.pt", children(model).state_dict(), logits)
    read.add("children-features.pt", children(model, head=False).state_dict(), features)
    radimagenet = prefixed("backbone.", children(model, head=False).state_dict())
    read.add("radimagenet.pt", radimagenet, features)
    read.add("radimagenet-classifier.pt", {**radimagenet, "classifier.linear.weight": state["fc.weight"],
                                           "classifier.linear.bias": state["fc.bias"]}, logits)
    read.add("features.pt", without_head(state), features)
    for key in ["net", "module", "model_state", "weights"]:
        read.add(f"outer-{key}.pt", {key: state, "optimizer": {"state": {}, "param_groups": []}, "epoch": 4}, logits)
    read.add("student-teacher.pt", {"student": other, "teacher": prefixed("module.", state)}, logits)
    harmless = {
        "path": pathlib.Path("runs/1"), "windows": pathlib.PureWindowsPath("runs"), "when": datetime.datetime(2026, 1, 2),
        "day": datetime.date(2026, 1, 2), "took": datetime.timedelta(seconds=3), "history": np.arange(6.0).reshape(2, 3),
        "best": np.float64(0.5), "count": np.int64(3), "args": argparse.Namespace(lr=0.1, out=pathlib.Path("o")),
        "order": collections.OrderedDict(a=1), "range": range(3), "settings": Settings(), "kind": Settings,
        "deque": collections.deque([1, 2]), "complex": 1j, "set": {1, 2}, "slice": slice(1, 2),
    }
    read.add("harmless.pt", {**harmless, "state_dict": state}, logits)
    for protocol in (4, 5):
        torch.save({**harmless, "state_dict": state}, folder / f"harmless-{protocol}.pt", pickle_protocol=protocol)
        read.add(f"harmless-{protocol}.pt", None, logits)
    torch.save({**harmless, "state_dict": state}, folder / "harmless-legacy.pt", _use_new_zipfile_serialization=False)
    read.add("harmless-legacy.pt", None, logits)
    double = {key: tensor.double() if tensor.is_floating_point() else tensor for key, tensor in state.items()}
    read.add("float64.pt", double, logits)
    read.add("float64.safetensors", double, logits)
    make_fixtures.export(network(), folder / "float64.onnx", shape=(1, *SHAPE), dtype=torch.float64, dynamo=False,
                         do_constant_folding=False, training=torch.onnx.TrainingMode.PRESERVE)
    read.add("float64.onnx", None, logits)
    read.add("fused.pt", fused(exact).float().state_dict(), logits)
    write_folders(read, image)
    write_monai(read)
    return read.golden


def write_folders(read, image):
    """As save_pretrained writes them: v1 and v1.5 of transformers, and timm's."""
    for name, first in [("huggingface-v1", True), ("huggingface-v1.5", False)]:
        options = dict(BOTTLENECK, first=first)
        exact = network(options)
        config = transformers.ResNetConfig(
            embedding_size=8, hidden_sizes=[32, 64], depths=[1, 1], layer_type="bottleneck", num_labels=3,
            downsample_in_bottleneck=first)
        model = transformers.ResNetForImageClassification(config)
        make_golden.fill(
            model, lambda key, shape: make_family.coarse(transformers_network.torchvision_name(key), shape))
        logits = exact(image)
        assert torch.allclose(model(image).logits, logits, rtol=1e-12, atol=1e-12), "not the same network"
        model.float().save_pretrained(read.folder / name)
        if not first:
            settings = {"crop_pct": 0.875, "do_normalize": True, "do_resize": True,
                        "image_mean": [0.5, 0.4, 0.3], "image_processor_type": "ConvNextImageProcessor",
                        "image_std": [0.2, 0.25, 0.3], "resample": 3, "size": {"shortest_edge": 40}}
            (read.folder / name / "preprocessor_config.json").write_text(json.dumps(settings, indent=2) + "\n")
        read.add(name, None, logits)
    exact = network(BOTTLENECK)
    model = network(BOTTLENECK).float()
    model.num_classes, model.num_features = 3, 64
    model.pretrained_cfg = {"architecture": "resnet50", "input_size": (3, 40, 40), "mean": (0.5, 0.4, 0.3),
                            "std": (0.2, 0.25, 0.3), "interpolation": "bicubic", "crop_pct": 0.95, "classifier": "fc",
                            "first_conv": "conv1", "num_classes": 3}
    timm.models.save_for_hf(model, read.folder / "timm", safe_serialization=True)
    read.add("timm", None, exact(image))
    timm.models.save_for_hf(model, read.folder / "timm-bin", safe_serialization=False)
    read.add("timm-bin", None, exact(image))


def write_monai(read):
    """MONAI's own network in two dimensions: a stem of stride 1 with a pool, and biases on its shortcuts."""
    model = nets.ResNet("basic", [1, 1, 1, 1], [8, 16, 32, 64], spatial_dims=2, n_input_channels=1, num_classes=2)
    make_golden.fill(model, make_family.coarse)
    image = make_golden.image_of(1, 40, 32)
    read.add("monai.pt", {key: t.float() if t.is_floating_point() else t for key, t in model.state_dict().items()},
             model(image), (1, 40, 32))


def zeros(model):
    """The state dict with zeros for numbers."""
    return collections.OrderedDict((key, torch.zeros_like(tensor)) for key, tensor in model.state_dict().items())


def timm_network(block, **options):
    return zeros(timm.models.resnet.ResNet(
        block, [1, 1], num_classes=3, channels=(8, 16), **options))


def write_refused(folder):
    state = zeros(network().float())
    basic, bottleneck = timm.models.resnet.BasicBlock, timm.models.resnet.Bottleneck

    def add(name, value):
        save(folder, name, value)

    add("three-dimensional.pt", zeros(nets.ResNet(
        "basic", [1, 1, 1, 1], [8, 8, 8, 8], spatial_dims=3, n_input_channels=1, num_classes=2)))
    add("deep-stem.pt", timm_network(basic, stem_width=4, stem_type="deep", avg_down=True))
    add("mean-shortcuts.pt", timm_network(bottleneck, avg_down=True))
    add("squeeze-and-excitation.pt", timm_network(bottleneck, block_args=dict(attn_layer="se")))
    add("squeeze-and-excitation.safetensors", timm_network(bottleneck, block_args=dict(attn_layer="se")))
    add("group-norm.pt", timm_network(basic, norm_layer=lambda channels, **_: nn.GroupNorm(2, channels)))
    quantised = torch.ao.quantization.quantize_dynamic(make_fixtures.Network(**BASIC).eval(), {nn.Linear})
    add("quantised.pt", quantised.state_dict())
    add("quantised.safetensors", {**state, "conv1.scale": torch.ones(8), "conv1.zero_point": torch.zeros(8)})
    hidden = without_head(state)
    hidden.update(prefixed("fc.", nn.Sequential(nn.Linear(16, 5), nn.ReLU(), nn.Linear(5, 3)).state_dict()))
    add("hidden-layer.pt", hidden)
    add("hidden-layer-behind.pt", {**prefixed("model.", state), "classifier.weight": torch.zeros(2, 3)})
    normed = without_head(state)
    normed.update(prefixed("head.", nn.Sequential(nn.BatchNorm1d(16), nn.Linear(16, 3)).state_dict()))
    add("normed-head.pt", normed)
    add("two-networks.pt", {**prefixed("model.", state), **prefixed("ema.", state)})
    add("two-state-dicts.pt", {"teacher": state, "student": state})
    add("container.pt", {"epoch": 1, "state_dict": Weights(state)})
    add("module.pt", {"epoch": 1, "model": make_fixtures.Network(**BASIC)})
    add("beyond-float32.pt", {**{key: tensor.double() for key, tensor in state.items()},
                              "bn1.weight": torch.full((8,), 1e300, dtype=torch.float64)})
    exported = folder / "whole.pt2"
    torch.export.save(torch.export.export(network().float(), (torch.zeros(1, *SHAPE),)), exported)
    only(exported, folder / "exported.pt2", "archive_format")
    exported.unlink()
    (folder / "dilated").mkdir()
    save(folder / "dilated", "model.safetensors", state)
    config = {"architecture": "resnet50", "num_classes": 3, "model_args": {"output_stride": 8}}
    (folder / "dilated" / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "transformer").mkdir()
    save(folder / "transformer", "model.safetensors", {"vit.embeddings.cls_token": torch.zeros(1, 1, 8)})
    (folder / "transformer" / "config.json").write_text('{"model_type": "vit"}\n')


def only(source, target, ending):
    """Copies those members of an archive whose names end so: others hold this machine's paths."""
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(target, "w") as part:
        for name in whole.namelist():
            if name.endswith(ending):
                part.writestr(zipfile.ZipInfo(name), whole.read(name))


def write_keras(folder, golden):
    """keras3-model.h5, which Keras wrote, with its weights as 64-bit floats."""
    shutil.copy(FOLDER / "keras3-model.h5", folder / "float64.h5")
    with h5py.File(folder / "float64.h5", "r+") as file:
        paths = []
        file.visititems(lambda path, found: paths.append(path) if isinstance(found, h5py.Dataset) else None)
        for path in paths:
            if file[path].dtype == np.float32:
                values = file[path][...].astype(np.float64)
                del file[path]
                file[path] = values
    keras = json.loads((FOLDER / "keras-logits.json").read_text())
    golden["float64.h5"] = {"input": keras["input"], "outputs": keras["logits"]}


def main():
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as made:
        folder = pathlib.Path(made)
        for part in ("read", "refused"):
            (folder / part).mkdir()
        golden = write_read(folder / "read")
        write_keras(folder / "read", golden)
        write_refused(folder / "refused")
        (folder / "golden.json").write_text(json.dumps(golden) + "\n")
        for readme in folder.rglob("README.md"):
            readme.unlink()
        for file in sorted(folder.rglob("*")):
            print(file.relative_to(folder), file.stat().st_size, file=sys.stderr)
        make_family.write_archive(folder, FOLDER / "wild.tar.xz")
    print("wild.tar.xz", os.path.getsize(FOLDER / "wild.tar.xz"))


if __name__ == "__main__":
    main()
