#!/usr/bin/env python3
"""Writes the HDF5 files that KerasFileTests.swift reads, with Keras's own savers, and a network's logits beside them.

    python3 make_keras_fixtures.py        (needs numpy, tensorflow-cpu, tf_keras)

Networks are built with the layers' names and order of keras.applications' ResNet50, two stages of two and one
bottlenecks, base width 8; their weights come from the integer hash of Sources/GantryTensors/Seeded/SeededNumbers.swift
under torchvision's names, as in Tests/GantryInferenceTests/Golden/make_golden.py.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
try:
    import tf_keras  # noqa: E402
except ImportError:  # make_plain_keras.py does without
    tf_keras = None

FOLDER = pathlib.Path(__file__).parent
SEED = 20
MASK = (1 << 64) - 1


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def uniform(name, count):
    """Float32 in (-1, 1), exact multiples of 2^-24."""
    fnv = 0xCBF29CE484222325
    for byte in name.encode():
        fnv = (fnv ^ byte) * 0x100000001B3 & MASK
    state = mix(SEED) ^ fnv
    tops = [mix(state + (index + 1) * 0x9E3779B97F4A7C15 & MASK) >> 40 for index in range(count)]
    return np.array([(2 * top + 1 - (1 << 24)) / (1 << 24) for top in tops], np.float32)


def hashed(name, shape):
    """make_golden.py's rules; `shape` is torchvision's."""
    if len(shape) == 4:
        scale, offset = np.sqrt(np.float32(6) / np.float32(np.prod(shape[1:]))), 0
    elif name.endswith("running_var"):
        scale, offset = 0.5, 1
    elif name.endswith("running_mean"):
        scale, offset = 0.25, 0
    elif name == "fc.weight":
        scale, offset = 0.0625, 0
    elif name.endswith(".weight"):
        scale, offset = 0.25, 0.5
    else:
        scale, offset = 0.125, 0
    return (uniform(name, int(np.prod(shape))) * np.float32(scale) + np.float32(offset)).reshape(shape)


def block(k, x, filters, stride, projects, name):
    """keras.applications.resnet.residual_block_v1."""
    layers = k.layers
    shortcut = x
    if projects:
        shortcut = layers.Conv2D(4 * filters, 1, strides=stride, name=name + "_0_conv")(x)
        shortcut = layers.BatchNormalization(epsilon=1.001e-5, name=name + "_0_bn")(shortcut)
    x = layers.Conv2D(filters, 1, strides=stride, name=name + "_1_conv")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name=name + "_1_bn")(x)
    x = layers.Activation("relu", name=name + "_1_relu")(x)
    x = layers.Conv2D(filters, 3, padding="same", name=name + "_2_conv")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name=name + "_2_bn")(x)
    x = layers.Activation("relu", name=name + "_2_relu")(x)
    x = layers.Conv2D(4 * filters, 1, name=name + "_3_conv")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name=name + "_3_bn")(x)
    x = layers.Add(name=name + "_add")([shortcut, x])
    return layers.Activation("relu", name=name + "_out")(x)


def network(k, top=True, width=8, blocks=(2, 1), classes=3, activation=None, made=hashed):
    """keras.applications' ResNet with a stage of each of `blocks`, `made(name, shape)` its weights under
    torchvision's names."""
    layers = k.layers
    image = layers.Input((None, None, 3))
    x = layers.ZeroPadding2D(3, name="conv1_pad")(image)
    x = layers.Conv2D(width, 7, strides=2, name="conv1_conv")(x)
    x = layers.BatchNormalization(epsilon=1.001e-5, name="conv1_bn")(x)
    x = layers.Activation("relu", name="conv1_relu")(x)
    x = layers.ZeroPadding2D(1, name="pool1_pad")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, count in enumerate(blocks):
        for index in range(count):
            stride = 2 if stage > 0 and index == 0 else 1
            x = block(k, x, width << stage, stride, index == 0, f"conv{stage + 2}_block{index + 1}")
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    if top:
        x = layers.Dense(classes, activation=activation, name="predictions")(x)
    model = k.Model(image, x)
    fill(model, made)
    return model


def fill(model, made):
    for layer in model.layers:
        name = torch_name(layer.name)
        if layer.weights:
            layer.set_weights([value(name, weight, made) for weight in layer.weights])


def torch_name(name):
    if name == "predictions":
        return "fc"
    words = name.split("_")
    if len(words) == 2:
        return {"conv1_conv": "conv1", "conv1_bn": "bn1"}.get(name)
    if len(words) != 4:
        return None
    place = f"layer{int(words[0][4:]) - 1}.{int(words[1][5:]) - 1}."
    if words[2] == "0":
        return place + ("downsample.1" if words[3] == "bn" else "downsample.0")
    return place + words[3] + words[2]


def value(name, weight, made):
    part = weight.name.split("/")[-1].split(":")[0]
    suffix = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
              "moving_variance": "running_var"}.get(part, part)
    shape = tuple(weight.shape)
    if len(shape) == 4:
        return made(f"{name}.{suffix}", (shape[3], shape[2], shape[0], shape[1])).transpose(2, 3, 1, 0)
    if len(shape) == 2:
        return made(f"{name}.{suffix}", shape[::-1]).T
    return made(f"{name}.{suffix}", shape)


def main():
    model = network(keras)
    model.save_weights(FOLDER / "keras3.weights.h5")
    model.compile("sgd", "mse")
    model.save(FOLDER / "keras3-model.h5")
    network(keras, top=False, width=2).save_weights(FOLDER / "keras3-notop.weights.h5")
    nested = keras.Sequential([network(keras, top=False, width=2), keras.layers.Dense(3)])
    nested.layers[-1].set_weights([hashed("fc.weight", (3, 16)).T, hashed("fc.bias", (3,))])
    nested.save_weights(FOLDER / "keras3-nested.weights.h5")
    layers = keras.layers
    other = [layers.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Conv2D(4, 3),
             layers.BatchNormalization()]
    keras.Sequential(other).save_weights(FOLDER / "keras3-other.weights.h5")
    keras.Sequential(other).save(FOLDER / "keras3-other.h5")
    keras.Sequential(other).save(FOLDER / "keras3-other.keras")
    # Seeded, so that the file stays what it is; its numbers are never read.
    keras.utils.set_random_seed(1)
    wide = [layers.Input((8, 8, 3)), layers.Conv2D(2, 3, dtype="float64", name="conv1_conv")]
    keras.Sequential(wide).save_weights(FOLDER / "keras3-float64.weights.h5")
    network(tf_keras).save_weights(FOLDER / "keras2.h5")
    image = uniform("input", 3 * 53 * 75).reshape(1, 3, 75, 53).transpose(0, 2, 3, 1) * np.float32(2)
    logits = model(image).numpy().flatten().tolist()
    (FOLDER / "keras-logits.json").write_text(json.dumps({"input": [3, 75, 53], "logits": logits}) + "\n")


if __name__ == "__main__":
    main()
