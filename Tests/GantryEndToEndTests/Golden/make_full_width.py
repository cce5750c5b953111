#!/usr/bin/env python3
"""Writes the published networks at full width with hashed weights, in every format their frameworks save, and one
image's logits.

    python3 make_full_width.py FOLDER [name...]     (without names all of NETWORKS: some 4 GB)
        (needs numpy, torch, torchvision, safetensors, onnx, onnxscript; for their own networks timm, transformers,
        tensorflow-cpu and tf_keras: a network whose framework is missing is left out with a line on stderr)

FOLDER/<name>/ then holds the weight files, x.npy (Float32 [1, channels, 224, 224]), y.npy (Float32 logits [1, 1000],
from a float64 forward; Keras's are float32 throughout) and meta.json. Weights and image are those of
Tests/GantryInferenceTests/Golden/make_golden.py.
"""

import functools
import json
import pathlib
import sys

import numpy as np
import safetensors.torch
import torch
import torchvision

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "GantryInferenceTests" / "Golden"), str(TESTS / "GantryWeightImportTests" / "Golden")]
import make_fixtures  # noqa: E402
import make_golden  # noqa: E402

SIZE = 224


def write_result(folder, stride, image, logits):
    """The image and the logits, float64 or float32, as the test reads them, and which files hold the network."""
    files = sorted(file.name for file in folder.iterdir() if file.suffix not in (".npy", ".json"))
    np.save(folder / "x.npy", np.ascontiguousarray(image, "<f4"))
    np.save(folder / "y.npy", np.ascontiguousarray(logits, "<f4"))
    (folder / "meta.json").write_text(json.dumps({"stride": stride, "files": files}) + "\n")


def write_torchvision(name, folder):
    network = make_golden.fill(torchvision.models.get_model(name, weights=None))
    image = make_golden.image_of(3, SIZE, SIZE)
    logits = network(image)
    network = network.float()
    torch.save(network.state_dict(), folder / "model.pth")
    safetensors.torch.save_file(network.state_dict(), folder / "model.safetensors")
    make_fixtures.export(network, folder / "model.onnx", shape=(1, 3, SIZE, SIZE), dynamo=False)
    write_result(folder, "v1.5", image, logits)


def write_timm(name, folder, channels=3):
    import timm

    network = make_golden.fill(timm.create_model(name, pretrained=False, in_chans=channels))
    image = make_golden.image_of(channels, SIZE, SIZE)
    logits = network(image)
    safetensors.torch.save_file(network.float().state_dict(), folder / "timm.safetensors")
    write_result(folder, "v1.5", image, logits)


def write_transformers(blocks, folder):
    import transformers_network

    network = transformers_network.network(blocks, basic=False, width=64, classes=1000)
    names = transformers_network.torchvision_name
    make_golden.fill(network, lambda name, shape: make_golden.hashed(names(name), shape))
    image = make_golden.image_of(3, SIZE, SIZE)
    logits = network(image).logits
    network.float().save_pretrained(folder)
    (folder / "model.safetensors").rename(folder / "hf.safetensors")
    write_result(folder, "v1.5", image, logits)


def write_keras(name, folder):
    import keras
    import make_keras_fixtures

    model = getattr(keras.applications, name)(weights=None)
    make_keras_fixtures.fill(model, make_golden.hashed)
    model.save_weights(folder / "keras.weights.h5")
    model.save(folder / "keras.h5")
    model.get_layer("predictions").activation = keras.activations.linear  # the files keep their softmax
    image = make_golden.image_of(3, SIZE, SIZE)
    logits = model(image.permute(0, 2, 3, 1).numpy().astype(np.float32)).numpy()
    write_result(folder, "v1", image, logits)


NETWORKS = {
    **{name: functools.partial(write_torchvision, name) for name in make_golden.PUBLISHED},
    "timm-resnet50": functools.partial(write_timm, "resnet50"),
    "timm-resnext50_32x4d": functools.partial(write_timm, "resnext50_32x4d"),
    "timm-resnet18-grey": functools.partial(write_timm, "resnet18", channels=1),
    "transformers-resnet50": functools.partial(write_transformers, [3, 4, 6, 3]),
    "keras-resnet50": functools.partial(write_keras, "ResNet50"),
    "keras-resnet101": functools.partial(write_keras, "ResNet101"),
    "keras-resnet152": functools.partial(write_keras, "ResNet152"),
}


@torch.no_grad()
def main(target, names):
    for name in names:
        folder = pathlib.Path(target) / name
        folder.mkdir(parents=True, exist_ok=True)
        try:
            NETWORKS[name](folder)
        except ImportError as error:
            folder.rmdir()
            print(f"{name} is left out: {error}", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(NETWORKS):
        sys.exit(f"usage: make_full_width.py FOLDER [name...], names of: {' '.join(NETWORKS)}")
    main(sys.argv[1], sys.argv[2:] or NETWORKS)
