#!/usr/bin/env python3
"""Writes chest.npz, pictures as ChestMNIST has them, of which each may have several labels, and chest.json: what
scikit-learn, SciPy and statsmodels say of the probabilities that PyTorch gives them with the network `labels` of
sigmoid.tar.xz, in float64.

    python3 make_chest.py     (needs numpy, torch, scikit-learn, scipy, statsmodels)
"""

import io
import json
import pathlib
import tarfile

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from make_sigmoid import FOLDER, SIDE, Network

COUNT, LABELS = 40, ["effusion", "covid19", "nodule"]


@torch.no_grad()
def probabilities(pictures):
    """As torchvision prepares a grey picture: over 255, three times the same, ImageNet's normalisation."""
    network = Network(True, len(LABELS)).double().eval()
    with tarfile.open(FOLDER / "sigmoid.tar.xz") as tar:
        state = torch.load(io.BytesIO(tar.extractfile("labels/model.pth").read()))
    network.load_state_dict({name: tensor.double() if tensor.is_floating_point() else tensor
                             for name, tensor in state.items()})
    mean, deviation = (torch.tensor(values, dtype=torch.float64)[:, None, None]
                       for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    x = torch.from_numpy(pictures.astype(np.float64))[:, None].expand(-1, 3, -1, -1) / 255
    return torch.sigmoid(network((x - mean) / deviation)).numpy()


def share(called, among):
    """Count, number, share and Wilson's interval."""
    count, number = int((called & among).sum()), int(among.sum())
    return [count, number, count / number, *map(float, proportion_confint(count, number, method="wilson"))]


def figures(labels, scores):
    positive, called = labels == 1, scores >= 0.5
    share_positive, mean = calibration_curve(labels, scores, n_bins=10, strategy="uniform")
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, 11)[1:-1], scores), minlength=10)
    weights = counts[counts > 0] / len(scores)
    return dict(
        positives=int(positive.sum()), area=float(roc_auc_score(labels, scores)),
        averagePrecision=float(average_precision_score(labels, scores)),
        brierScore=float(brier_score_loss(labels, scores)),
        expectedError=float(np.sum(weights * np.abs(share_positive - mean))),
        sensitivity=share(called, positive), specificity=share(~called, ~positive))


def main():
    random = np.random.default_rng(29)
    coarse = random.integers(0, 16, (COUNT, 8, 8)) * 8 + random.integers(0, 128, (COUNT, 1, 1))
    pictures = np.kron(coarse, np.ones((SIDE // 8, SIDE // 8), int)).astype("u1")
    scores = probabilities(pictures)
    # True mostly where the network says so, for each label by itself.
    labels = (scores + 0.35 * random.normal(size=scores.shape) > np.median(scores, axis=0)).astype("u1")
    # No order, and no side of a threshold or of a bin, hangs on rounding.
    gaps = np.diff(np.sort(scores, axis=0), axis=0).min()
    edges = np.abs(scores[..., None] - np.linspace(0, 1, 11)).min()
    print(f"smallest gap {gaps:.1e}, nearest to an edge {edges:.1e}; {scores.min(0)} to {scores.max(0)}; "
          f"{(labels.sum(1) == 0).sum()} without a label, {(labels.sum(1) > 1).sum()} with several")
    assert gaps > 1e-5 and edges > 1e-5
    np.savez_compressed(
        FOLDER / "chest.npz", train_images=pictures[:1], train_labels=labels[:1], test_images=pictures,
        test_labels=labels)
    rows = {name: figures(labels[:, index], scores[:, index]) for index, name in enumerate(LABELS)}
    # Where the cross-entropy's derivative by 1 / T is 0.
    logits = logit(scores)
    temperature = 1 / brentq(lambda inverse: np.sum((expit(logits * inverse) - labels) * logits), 0.02, 50)
    (FOLDER / "chest.json").write_text(
        json.dumps(dict(probabilities=scores.tolist(), temperature=temperature, rows=rows), indent=1) + "\n")


if __name__ == "__main__":
    main()
