"""Transfer against beginning from nothing, by `gantry train`; see run.sh.

    transfer.py GANTRY IMAGES FOLDER

Of the 3,882 training pictures 194 are drawn, in each class alike, anew for each seed, which is also that of the
training. Validated on the 516 of 524 pictures that do not stand in training. Both ways have the same steps, pictures,
batches and preparation; the learning rate is each one's best of LEARNING_RATES by the mean area of the last epochs.
"""

import csv
import os
import shutil
import statistics
import subprocess
import sys

import numpy as np

# Validation pictures that stand in training too.
LEAKING = [61, 105, 172, 236, 244, 253, 302, 473]
SHARE, SEEDS, EPOCHS = 0.05, [1, 2, 3], 20
LEARNING_RATES = ["0.0003", "0.001", "0.003"]
WAYS = ["transfer", "nothing"]
# Of CIFAR-10's pictures, by which the checkpoint was trained (ImageNet's: Idelbayev's trainer has them).
MEAN, DEVIATION = "0.485,0.456,0.406", "0.229,0.224,0.225"


def draw(source, target, seed):
    arrays = dict(np.load(source))
    random = np.random.default_rng(seed)
    labels = arrays["train_labels"].ravel()
    chosen = np.sort(np.concatenate([
        random.choice(np.flatnonzero(labels == label), round(SHARE * np.sum(labels == label)), replace=False)
        for label in np.unique(labels)]))
    for name in ("train_images", "train_labels"):
        arrays[name] = arrays[name][chosen]
    for name in ("val_images", "val_labels"):
        arrays[name] = np.delete(arrays[name], LEAKING, axis=0)
    np.savez(target, **{name: arrays[name] for name in arrays if not name.startswith("test")})


def train(gantry, folder, way, bundle, seed, rate):
    output = f"{folder}/{way}-{rate}-{seed}"
    shutil.rmtree(output, ignore_errors=True)
    network = ["--model", bundle, "--freeze", "layer2"] if way == "transfer" else ["--architecture", "resnet20"]
    subprocess.run(
        [gantry, "train", "--images", f"{folder}/{seed}.npz", "--output", output, *network, "--input-size", "32",
         "--epochs", str(EPOCHS), "--batch", "32", "--optimizer", "adam", "--learning-rate", rate, "--seed", str(seed),
         "--augmentation", "none", "--json"],
        check=True, stdout=subprocess.DEVNULL)
    with open(output + "/history.csv") as file:
        return [float(row["val_auc"]) for row in csv.DictReader(file)]


def main():
    gantry, images, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    bundle = folder + "/cifar"
    subprocess.run(
        [gantry, "bundle", "create", bundle, "--input", "images", "--model",
         images + "/cifar10-resnet20/resnet20-12fca82f.th", "--shortcut", "zeros", "--input-size", "32", "--classes",
         ",".join("airplane automobile bird cat deer dog frog horse ship truck".split()), "--positive-class", "truck",
         "--mean", MEAN, "--standard-deviation", DEVIATION],
        check=True, stdout=subprocess.DEVNULL)
    for seed in SEEDS:
        draw(images + "/pneumoniamnist.npz", f"{folder}/{seed}.npz", seed)
    areas = {
        (way, rate): [train(gantry, folder, way, bundle, seed, rate) for seed in SEEDS]
        for way in WAYS for rate in LEARNING_RATES}
    print("validation AUC of the last epoch, mean of the seeds")
    for (way, rate), curves in areas.items():
        print(f"  {way:<9} learning rate {rate:<7} {statistics.mean(curve[-1] for curve in curves):.4f}")
    best = {
        way: max(LEARNING_RATES, key=lambda rate: statistics.mean(curve[-1] for curve in areas[way, rate]))
        for way in WAYS}
    print(f"\n{'epoch':<7}" + "".join(f"{way + ' ' + best[way]:>20}{'least to most':>18}" for way in WAYS))
    for epoch in range(EPOCHS):
        cells = []
        for way in WAYS:
            values = [curve[epoch] for curve in areas[way, best[way]]]
            cells.append(f"{statistics.mean(values):>20.4f}{f'{min(values):.4f} {max(values):.4f}':>18}")
        print(f"{epoch + 1:<7}" + "".join(cells))


if __name__ == "__main__":
    main()
