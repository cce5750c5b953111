#!/usr/bin/env python3
"""OpenVINO on its CPU plugin (oneDNN inside): the network as it stands, in bf16, or quantised by NNCF.

    peer_openvino.py PRECISION FOLDER
"""

import functools
import os
import sys

import numpy as np
import openvino

from peer_loop import serve

precision, folder = sys.argv[1:]
model = f"{folder}/resnet50-int8.xml" if precision == "int8" else f"{folder}/resnet50.xml"
if not os.path.exists(model):
    sys.exit(print("absent: its network could not be made"))
core = openvino.Core()
if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
    sys.exit(print("absent: OpenVINO has no bf16 on this CPU"))


@functools.cache
def compiled(batch, threads, streams):
    network = core.read_model(model)
    network.reshape([batch, 3, 224, 224])
    configuration = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    if streams > 1:
        configuration |= {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": streams}
    # What is not quantised of an int8 network is left to OpenVINO's choice.
    if precision != "int8":
        configuration["INFERENCE_PRECISION_HINT"] = precision
    return core.compile_model(network, "CPU", configuration)


def one_call(batch, threads):
    request = compiled(batch, threads, 1).create_infer_request()
    return lambda images: request.infer({0: images}, share_inputs=True)[0]


def streams(batch, size):
    """Two streams of one thread, which take `size` images at a time until `batch` are done."""
    queue = openvino.AsyncInferQueue(compiled(size, 2, 2), 2)
    logits = np.empty((batch, 2), np.float32)

    def keep(request, first):
        logits[first : first + size] = request.get_output_tensor().data

    queue.set_callback(keep)

    def score(images):
        for first in range(0, batch, size):
            queue.start_async({0: images[first : first + size]}, first, share_inputs=True)
        queue.wait_all()
        return logits

    return score


def ways(batch, threads):
    found = {"one call": lambda: one_call(batch, threads)}
    if threads == 2 and batch > 1:
        found |= {f"two streams of {size}": lambda size=size: streams(batch, size) for size in (1, batch // 2)}
    return found


serve(f"OpenVINO {openvino.__version__.split('-')[0]}", folder, ways)
