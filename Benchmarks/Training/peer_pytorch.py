#!/usr/bin/env python3
"""PyTorch's side of training_benchmark.py, asked as training-benchmark is: see TrainingBenchmark.swift.

    peer_pytorch.py NETWORK SIDE BATCH IMAGES FREEZE PRECISION THREADS

Eager, channels last; Float32, or autocast to bfloat16 where PRECISION is bf16. With a frozen backbone each epoch computes it anew, without gradients and in evaluation
mode, as most who train with PyTorch do it.
"""

import os
import sys
import time

name, side, batch, images, freeze, precision, threads = sys.argv[1:]
side, batch, images, threads = int(side), int(batch), int(images), int(threads)
os.environ["OMP_NUM_THREADS"] = str(threads)

try:
    import torch
    from peer_networks import network
except ImportError as error:
    print(f"absent: {error}", flush=True)
    sys.exit()

torch.set_num_threads(threads)
torch.manual_seed(1)
print(f"PyTorch {torch.__version__}", flush=True)

model = network(name).to(memory_format=torch.channels_last).train()
head = model.fc
if freeze == "backbone":
    model.fc = torch.nn.Identity()
    model.eval().requires_grad_(False)
trained = list((head if freeze == "backbone" else model).parameters())
optimizer = torch.optim.SGD(
    [dict(params=[p for p in trained if p.ndim > 1], weight_decay=1e-4),
     dict(params=[p for p in trained if p.ndim == 1], weight_decay=0)],
    lr=1e-4, momentum=0.9, nesterov=True)
inputs = (torch.rand(batch, 3, side, side) * 4 - 2).contiguous(memory_format=torch.channels_last)
labels = torch.arange(batch) % 2


def step(count):
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
        if freeze == "backbone":
            with torch.no_grad():
                features = model(inputs[:count])
            logits = head(features)
        else:
            logits = model(inputs[:count])
        loss = torch.nn.functional.cross_entropy(logits, labels[:count])
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.item()


for line in sys.stdin:
    start = time.perf_counter()
    for first in range(0, images, batch):
        step(min(batch, images - first))
    print(images, time.perf_counter() - start, flush=True)
