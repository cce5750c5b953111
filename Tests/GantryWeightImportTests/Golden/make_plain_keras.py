#!/usr/bin/env python3
"""Writes the HDF5 files that KerasGraphTests.swift reads: plain Keras models, whose layers have the names that Keras
gives them, with Keras's own saver, and their logits in float64 beside them (plain-logits.json).

    python3 make_plain_keras.py [resnet8.h5]        (needs numpy, tensorflow-cpu)

Weights are `coarse` of make_family.py under the names of the layers, inputs make_golden.py's. With a file, the ResNet-8
of MLCommons Tiny, its logits for two made images are written too (resnet8-logits.json).
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402

import make_keras_fixtures as shared  # noqa: E402

FOLDER = pathlib.Path(__file__).parent
L = keras.layers


def activated(x, order):
    """What stands behind a convolution, but the last one's ReLU in the usual order."""
    if order == "relu-norm":
        return L.BatchNormalization()(L.ReLU()(x))
    return L.Activation("relu")(L.BatchNormalization()(x))


def halving(x, filters, kernel, stride, same, **more):
    """A convolution with the padding `same`, or with a layer of zeros before it."""
    if same or stride == 1:
        return L.Conv2D(filters, kernel, strides=stride, padding="same", **more)(x)
    return L.Conv2D(filters, kernel, strides=stride, **more)(L.ZeroPadding2D(kernel // 2)(x))


def network(blocks, width=8, size=(32, 32, 3), stem=3, pool=False, norm=False, order="norm-relu", same=True, bias=True,
            pooled="global", classes=4, softmax=True):
    image = L.Input(size)
    x = activated(halving(image, width, stem, 2 if stem == 7 else 1, same, use_bias=bias), order)
    if pool:
        x = L.MaxPooling2D(3, 2, padding="same")(x) if same else L.MaxPooling2D(3, 2)(L.ZeroPadding2D(1)(x))
    for stage, count in enumerate(blocks):
        for index in range(count):
            stride = 2 if stage > 0 and index == 0 else 1
            filters = width << stage
            y = activated(halving(x, filters, 3, stride, same, use_bias=bias), order)
            y = halving(y, filters, 3, 1, same, use_bias=bias)
            y = L.BatchNormalization()(L.ReLU()(y) if order == "relu-norm" else y)
            if stride == 2:
                x = L.Conv2D(filters, 1, strides=2, padding="same", use_bias=bias)(x)
                x = L.BatchNormalization()(x) if norm else x
            x = L.ReLU()(L.Add()([x, y]))
    if pooled == "global":
        x = L.GlobalAveragePooling2D()(x)
    else:
        x = L.Flatten()(L.AveragePooling2D(pool_size=int(x.shape[1]))(x))
    x = L.Dropout(0.5)(x)
    x = L.Dense(classes, activation="softmax" if softmax else None)(x)
    model = keras.Model(image, x)
    for layer in model.layers:
        layer.set_weights([value(layer.name, weight) for weight in layer.weights])
    return model


def value(layer, weight):
    """As make_keras_fixtures.hashed, with 16 levels, of which files compress; the names are the layers' own."""
    part = weight.name.split("/")[-1].split(":")[0]
    suffix = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
              "moving_variance": "running_var"}.get(part, part)
    shape = tuple(weight.shape)
    name = "fc.weight" if layer.startswith("dense") and part == "kernel" else f"{layer}.{suffix}"
    return shared.hashed(name, shape) if len(shape) != 4 else shared.hashed(
        name, (shape[3], shape[2], shape[0], shape[1])).transpose(2, 3, 1, 0)


MODELS = {
    "plain-resnet8": dict(blocks=[1, 1, 1], pooled="window"),
    "plain-norms": dict(blocks=[2, 1], size=(None, None, 3), norm=True, bias=False, same=False, stem=7, pool=True,
                        softmax=False),
    "plain-pool-same": dict(blocks=[1, 1], size=(40, 36, 3), stem=7, pool=True),
    "plain-relu-norm": dict(blocks=[1, 2], order="relu-norm", size=(24, 24, 1)),
}


def logits(model, image):
    """Before the softmax, in float64."""
    keras.config.set_dtype_policy("float64")
    wide = keras.Model.from_config(json.loads(json.dumps(model.get_config()).replace('"float32"', '"float64"')))
    wide.set_weights(model.get_weights())
    dense = wide.layers[-1]
    dense.activation = keras.activations.linear
    found = wide(image.astype(np.float64), training=False).numpy()
    keras.config.set_dtype_policy("float32")
    return found.flatten().tolist()


def image_of(name, count, height, width, channels):
    """CHW numbers in (-2, 2) of each image, as channels last."""
    values = shared.uniform(name, count * channels * height * width) * np.float32(2)
    return values.reshape(count, channels, height, width).transpose(0, 2, 3, 1)


def main():
    golden = {}
    for name, options in MODELS.items():
        keras.backend.clear_session()
        model = network(**options)
        model.save(FOLDER / f"{name}.h5")
        if name == "plain-resnet8":
            model.save(FOLDER / f"{name}.keras")
        height, width, channels = options.get("size", (32, 32, 3))
        height, width = height or 45, width or 38
        golden[name] = {"input": [channels, height, width],
                        "logits": logits(model, image_of("input", 1, height, width, channels))}
        print(name, golden[name]["logits"])
    (FOLDER / "plain-logits.json").write_text(json.dumps(golden) + "\n")
    if len(sys.argv) > 1:
        model = keras.models.load_model(sys.argv[1], compile=False)
        # The network sees pixels of 0 to 255.
        image = (image_of("input", 2, 32, 32, 3) / 4 + 0.5) * 255
        found = {"input": [3, 32, 32], "logits": logits(model, image)}
        print("resnet8", found["logits"])
        (FOLDER / "resnet8-logits.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
