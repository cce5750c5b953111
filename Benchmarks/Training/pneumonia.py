#!/usr/bin/env python3
"""PneumoniaMNIST for training_benchmark.py.

    pneumonia.py make SOURCE TARGET                             without the pictures that leak
    pneumonia.py train FILE EPOCHS BATCH LEARNING_RATE THREADS  PyTorch's side: prints "EPOCH AUC SECONDS" an epoch

Eight of the validation pictures stand in training too, as ten pairs: `gantry train` refuses them, and `make` leaves them
out of validation. Trained is a ResNet-18 with CIFAR's stem: Adam, a cosine over all steps, shuffled, no augmentation
(a mirrored chest has its heart on the wrong side), grey three times, ImageNet's mean and deviation.
"""

import sys
import time

import numpy as np

# Training/validation: 221,2327/172; 492/236; 1067,2847/253; 1344/473; 1500/61; 2300/302; 2968/244; 3096/105.
LEAKING = [61, 105, 172, 236, 244, 253, 302, 473]
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def make(source, target):
    arrays = dict(np.load(source))
    for name in ("val_images", "val_labels"):
        arrays[name] = np.delete(arrays[name], LEAKING, axis=0)
    np.savez(target, **arrays)


def area_under_curve(scores, labels):
    """Of the ROC curve: the share of pairs in the right order, a tie counts half."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    positive = labels == 1
    n, p = (~positive).sum(), positive.sum()
    return (ranks[positive].sum() - p * (p + 1) / 2) / (n * p)


def train(file, epochs, batch, learning_rate, threads):
    import torch
    from peer_networks import network

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    arrays = np.load(file)

    def side(name):
        grey = torch.from_numpy(arrays[f"{name}_images"]).float().div(255)[:, None].expand(-1, 3, -1, -1)
        mean, deviation = (torch.tensor(values)[:, None, None] for values in (MEAN, DEVIATION))
        images = ((grey - mean) / deviation).contiguous(memory_format=torch.channels_last)
        return images, torch.from_numpy(arrays[f"{name}_labels"].astype(np.int64).ravel())

    (images, labels), (held, held_labels) = side("train"), side("val")
    model = network("resnet18", cifar=True).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * -(-len(images) // batch))
    start = time.perf_counter()
    for epoch in range(epochs):
        model.train()
        for part in torch.randperm(len(images)).split(batch):
            loss = torch.nn.functional.cross_entropy(model(images[part]), labels[part])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            logits = torch.cat([model(part) for part in held.split(batch)])
        scores = (logits[:, 1] - logits[:, 0]).numpy()
        print(epoch + 1, area_under_curve(scores, held_labels.numpy()), time.perf_counter() - start, flush=True)


def main():
    if sys.argv[1] == "make":
        make(*sys.argv[2:])
    else:
        file, epochs, batch, learning_rate, threads = sys.argv[2:]
        train(file, int(epochs), int(batch), float(learning_rate), int(threads))


if __name__ == "__main__":
    main()
