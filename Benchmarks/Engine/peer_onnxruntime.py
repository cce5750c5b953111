#!/usr/bin/env python3
"""The same ResNet-50 through ONNX Runtime, printed in the columns of engine-benchmark.

    engine-benchmark --model resnet50.safetensors
    peer_onnxruntime.py resnet50.safetensors [--seconds 3]

Needs numpy, onnx and onnxruntime. The graph is torchvision's v1.5 layout with batch norms as they stand: ONNX Runtime folds them.
"""

import argparse
import json
import statistics
import struct
import time

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors


class Graph:
    def __init__(self, tensors):
        self.tensors = tensors
        self.nodes = []
        self.used = set()

    def add(self, kind, inputs, **attributes):
        output = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        self.used.update(name for name in inputs if name in self.tensors)
        return output

    def convolution(self, x, name, norm, stride):
        kernel = self.tensors[f"{name}.weight"].shape[-1]
        pad = kernel // 2
        x = self.add("Conv", [x, f"{name}.weight"], kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4)
        parts = [f"{norm}.{part}" for part in ("weight", "bias", "running_mean", "running_var")]
        return self.add("BatchNormalization", [x] + parts, epsilon=1e-5)


def build(tensors):
    graph = Graph(tensors)
    x = graph.add("Relu", [graph.convolution("input", "conv1", "bn1", 2)])
    x = graph.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for stage, blocks in enumerate([3, 4, 6, 3]):
        for block in range(blocks):
            key = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = graph.add("Relu", [graph.convolution(x, f"{key}.conv1", f"{key}.bn1", 1)])
            y = graph.add("Relu", [graph.convolution(y, f"{key}.conv2", f"{key}.bn2", stride)])
            y = graph.convolution(y, f"{key}.conv3", f"{key}.bn3", 1)
            if block == 0:
                x = graph.convolution(x, f"{key}.downsample.0", f"{key}.downsample.1", stride)
            x = graph.add("Relu", [graph.add("Add", [y, x])])
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x])])
    graph.nodes.append(helper.make_node("Gemm", [x, "fc.weight", "fc.bias"], ["logits"], transB=1))
    graph.used.update(["fc.weight", "fc.bias"])
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "resnet50",
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 224, 224])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", None])],
            [numpy_helper.from_array(tensors[name], name) for name in sorted(graph.used)],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()


def session(model, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--seconds", type=float, default=3)
    arguments = parser.parse_args()
    model = build(read_safetensors(arguments.model))
    sessions = {threads: session(model, threads) for threads in (1, 2)}
    combinations = [(1, 1), (1, 2), (8, 1), (8, 2)]
    generator = np.random.default_rng(2)
    images = {batch: generator.standard_normal((batch, 3, 224, 224), np.float32) for batch in (1, 8)}
    for batch, threads in combinations:
        sessions[threads].run(None, {"input": images[batch]})
    times = {combination: [] for combination in combinations}
    end = time.perf_counter() + arguments.seconds * len(combinations)
    while time.perf_counter() < end:
        for batch, threads in combinations:
            start = time.perf_counter()
            sessions[threads].run(None, {"input": images[batch]})
            times[batch, threads].append(time.perf_counter() - start)
    for (batch, threads), samples in times.items():
        rate = batch / statistics.median(samples)
        print(f"ONNX Runtime {onnxruntime.__version__:<7}{batch:>5}    {threads:>5}  {rate:>17.1f}{len(samples):>9}")


if __name__ == "__main__":
    main()
