#!/usr/bin/env python3
"""Writes family.tar.xz, which NetworkFamilyTests.swift reads: every residual network in every format, at base width 8,
by the frameworks' own savers.

    python3 make_family.py
        (needs numpy, torch, torchvision, safetensors, transformers, onnx, onnxscript, tensorflow-cpu, tf_keras,
        tf2onnx)

One folder a network, in it one file a format and golden.json: the input's shape, logits computed in float64 by the
framework that saved the files, where the stride stands, and the batch norms' epsilon. Inputs are make_golden.py's;
weights are `coarse` below, under torchvision's names.

Two runs write the same tensors, but not the same bytes: legacy.pth names storages by their addresses, and tf2onnx
orders as its sets do.
"""

import io
import json
import lzma
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile

import numpy as np
import safetensors.torch
import torch

import make_fixtures
import make_golden  # make_fixtures makes it importable
import transformers_network

FOLDER = pathlib.Path(__file__).parent
WIDTH = 8

V1_5 = dict(width=WIDTH, basic=False, first=False, bias=False, eps=1e-5, cifar=False)
V1 = dict(width=WIDTH, basic=False, first=True, bias=True, eps=1.001e-5, cifar=False)
BASIC = dict(V1_5, basic=True)
NETWORKS = {
    "resnet18": dict(BASIC, blocks=[2, 2, 2, 2], classes=5),
    "resnet34": dict(BASIC, blocks=[3, 4, 6, 3], classes=4),
    "resnet50": dict(V1_5, blocks=[3, 4, 6, 3], classes=3),
    "resnet101": dict(V1_5, blocks=[3, 4, 23, 3], classes=2),
    "resnet152": dict(V1_5, blocks=[3, 8, 36, 3], classes=6),
    "wide-resnet50-2": dict(V1_5, blocks=[3, 4, 6, 3], inner=2 * WIDTH, classes=7),
    "resnext50": dict(V1_5, blocks=[3, 4, 6, 3], inner=2 * WIDTH, groups=4, classes=8),
    "resnet50-v1": dict(V1, blocks=[3, 4, 6, 3], classes=9),
    "resnet18-grey": dict(BASIC, blocks=[2, 2, 2, 2], channels=1, classes=2),
    "cifar-resnet20": dict(BASIC, blocks=[3, 3, 3], cifar=True, classes=10),
}
KERAS = {
    "keras-resnet50": dict(blocks=[3, 4, 6, 3], classes=3),
    "keras-resnet101": dict(blocks=[3, 4, 23, 3], classes=2),
    "keras-resnet152": dict(blocks=[3, 8, 36, 3], classes=6),
}


def coarse(name, shape):
    """make_golden.hashed with 16 levels instead of 2^24, which compress: t = (2 k + 1 - 16) / 16, k the hash's
    upper 4 bits."""
    upper = make_golden.tops(name, int(np.prod(shape))) >> 20
    t = ((2 * upper + 1 - 16) / 16).astype(np.float32)
    return make_golden.scaled(name, t.reshape(shape))


def write_golden(folder, shape, logits, options):
    golden = {"input": list(shape), "logits": logits.flatten().tolist(), "stride": "v1" if options["first"] else "v1.5",
              "epsilon": options["eps"]}
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


@torch.no_grad()
def write_torch(name, folder):
    options = NETWORKS[name]
    shape = (options.get("channels", 3), *((32, 32) if options["cifar"] else (64, 48)))
    image = make_golden.image_of(*shape)
    network = make_golden.fill(make_fixtures.Network(**options), coarse)
    logits = network(image)
    write_golden(folder, shape, logits, options)
    if name in ("resnet18", "resnet50"):
        write_transformers(folder, options, image, logits)
    network = network.float()
    state = network.state_dict()
    safetensors.torch.save_file(state, folder / "model.safetensors")
    torch.save(state, folder / "model.pth")
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    if name == "resnet18":
        torch.save({"state_dict": {"model." + key: tensor for key, tensor in state.items()}, "epoch": 3,
                    "global_step": 1200, "pytorch-lightning_version": "2.5.0",
                    "hyper_parameters": {"lr": 0.1, "classes": 5, "name": "resnet18"}}, folder / "model.ckpt")
    export = dict(shape=(1, *shape))
    make_fixtures.export(network, folder / "kept.onnx", **export, dynamo=False, do_constant_folding=False,
                         training=torch.onnx.TrainingMode.PRESERVE)
    if name in ("resnet18", "resnet50", "resnext50"):
        make_fixtures.export(network, folder / "folded.onnx", **export, dynamo=False)
        make_fixtures.export(network, folder / "dynamo.onnx", **export, dynamo=True, external_data=False)


def write_transformers(folder, options, image, logits):
    network = transformers_network.network(options["blocks"], options["basic"], WIDTH, options["classes"])
    make_golden.fill(network, lambda name, shape: coarse(transformers_network.torchvision_name(name), shape))
    assert torch.allclose(network(image).logits, logits, rtol=1e-12, atol=1e-12), "not the same network"
    with tempfile.TemporaryDirectory() as saved:
        network.float().save_pretrained(saved)
        shutil.copy(pathlib.Path(saved) / "model.safetensors", folder / "hf.safetensors")


@torch.no_grad()
def write_keras(name, folder):
    import keras
    import tf2onnx
    import tf_keras
    import make_keras_fixtures
    from tensorflow import TensorSpec

    def network(library, **more):
        return make_keras_fixtures.network(library, width=WIDTH, made=coarse, **KERAS[name], **more)

    def export(model, file, height, width):
        tf2onnx.convert.from_keras(model, [TensorSpec((None, height, width, 3), name="input")],
                                   output_path=str(folder / file))

    shape = (3, 64, 48)
    image = make_golden.image_of(*shape)
    keras.config.set_dtype_policy("float64")
    logits = network(keras)(image.permute(0, 2, 3, 1).numpy()).numpy()
    keras.config.set_dtype_policy("float32")
    ours = make_golden.fill(make_fixtures.Network(**V1, **KERAS[name]), coarse)(image)
    assert np.allclose(logits, ours.numpy(), rtol=1e-12, atol=1e-12), "not the same network"
    write_golden(folder, shape, logits, V1)
    network(keras).save_weights(folder / "keras3.weights.h5")
    network(keras).save(folder / "keras3.h5")
    if name == "keras-resnet50":
        network(tf_keras).save_weights(folder / "keras2.h5")
        network(tf_keras).save(folder / "keras2-model.h5")
        # With a size the convolutions' padding becomes numbers, without one it stays SAME_UPPER.
        export(network(keras, activation="softmax"), "tf2onnx.onnx", 64, 48)
        export(network(keras), "tf2onnx-logits.onnx", None, None)


def write_archive(source, path):
    """Owners and times left out. The dictionary spans all files: what two of them share is stored once."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                content = file.read_bytes()
                entry = tarfile.TarInfo(str(file.relative_to(source)))
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    preset = 9 | lzma.PRESET_EXTREME
    filters = [{"id": lzma.FILTER_LZMA2, "preset": preset, "dict_size": 1 << 27, "lc": 0, "lp": 2, "pb": 2}]
    packed = lzma.compress(plain.getvalue(), filters=filters)
    assert lzma.decompress(packed) == plain.getvalue()
    path.write_bytes(packed)


def main():
    with tempfile.TemporaryDirectory() as made:
        for name in [*NETWORKS, *KERAS]:
            folder = pathlib.Path(made) / name
            folder.mkdir()
            (write_torch if name in NETWORKS else write_keras)(name, folder)
            print(name, *(f"{file.name} {file.stat().st_size}" for file in sorted(folder.iterdir())), file=sys.stderr)
        write_archive(pathlib.Path(made), FOLDER / "family.tar.xz")
    print("family.tar.xz", os.path.getsize(FOLDER / "family.tar.xz"))


if __name__ == "__main__":
    main()
