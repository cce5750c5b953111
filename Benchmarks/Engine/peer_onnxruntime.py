#!/usr/bin/env python3
"""ONNX Runtime on its CPU provider: the network as it stands, or quantised statically by its own tools.

    peer_onnxruntime.py PRECISION FOLDER
"""

import functools
import sys

import onnxruntime

from peer_loop import halves, serve

precision, folder = sys.argv[1:]
if precision == "bf16":
    sys.exit(print("absent: its CPU provider computes no bf16"))
model = f"{folder}/resnet50.onnx" if precision == "f32" else f"{folder}/resnet50-int8.onnx"


@functools.cache
def scorer(threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda images: session.run(None, {"input": images})[0]


def ways(batch, threads):
    found = {"one call": lambda: scorer(threads)}
    if threads == 2 and batch > 1:
        found["two calls of half the images"] = lambda: halves(scorer(1))
    return found


serve(f"ONNX Runtime {onnxruntime.__version__}", folder, ways)
