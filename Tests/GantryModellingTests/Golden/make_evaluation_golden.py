#!/usr/bin/env python3
"""Writes evaluation.json: figures of evaluation by NumPy, scikit-learn, SciPy and statsmodels.

    make_evaluation_golden.py > evaluation.json

Made with numpy, scikit-learn, scipy and statsmodels of PyPI. Scores are drawn here; the bootstrap's draws are those of
CounterRandom (Philox4x32-10 and Lemire's integers), written once more in Python.
"""

import json

import numpy as np
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

MASK = 0xFFFFFFFF


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & MASK, (first >> 32) ^ c3 ^ k1, first & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


class Stream:
    def __init__(self, seed, sample, purpose):
        self.key, self.sample, self.purpose = (seed & MASK, seed >> 32), sample, purpose
        self.block, self.words = 0, []

    def word(self):
        if not self.words:
            self.words = list(philox((self.block, self.sample, 0, self.purpose), self.key))
            self.block += 1
        return self.words.pop(0)

    def below(self, bound):
        def product():
            low = self.word()
            return (self.word() << 32 | low) * bound

        found = product()
        if found & (1 << 64) - 1 < bound:
            rejected = (1 << 64) % bound
            while found & (1 << 64) - 1 < rejected:
                found = product()
        return found >> 64


def bootstrap(scores, labels, patients, seed=1, draws=2000, purpose=7):
    order = {}
    owners = np.array([order.setdefault(name, len(order)) for name in patients])
    areas = []
    for draw in range(draws):
        stream = Stream(seed, draw, purpose)
        times = np.bincount([stream.below(len(order)) for _ in range(len(order))], minlength=len(order))
        chosen = np.repeat(np.arange(len(scores)), times[owners])
        if len(set(labels[chosen])) == 2:
            areas.append(roc_auc_score(labels[chosen], scores[chosen]))
    return [float(v) for v in np.percentile(areas, [2.5, 97.5])]


def delong(first, second, labels):
    """By the definition: every pair of a positive and a negative."""
    def components(scores):
        x, y = scores[labels == 1], scores[labels == 0]
        psi = (x[:, None] > y[None]) + 0.5 * (x[:, None] == y[None])
        return psi.mean(1), psi.mean(0)

    v10, v01 = zip(components(first), components(second))
    s10, s01 = np.cov(np.stack(v10)), np.cov(np.stack(v01))
    s = s10 / len(v10[0]) + s01 / len(v01[0])
    areas = [float(v.mean()) for v in v10]
    z = (areas[0] - areas[1]) / np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
    return dict(
        areas=areas, variances=[float(s[0, 0]), float(s[1, 1])], covariance=float(s[0, 1]), z=float(z),
        probability=float(2 * norm.sf(abs(z))))


def calibration(scores, labels, bins=10):
    positives, probabilities = calibration_curve(labels, scores, n_bins=bins, strategy="uniform")
    # As calibration_curve has it: a bin has its upper end.
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], scores), minlength=bins)
    weights = counts[counts > 0] / counts.sum()
    base = labels.mean()
    return dict(
        counts=[int(v) for v in counts], positives=[float(v) for v in positives],
        probabilities=[float(v) for v in probabilities],
        expectedError=float(np.sum(weights * np.abs(positives - probabilities))),
        brierScore=float(brier_score_loss(labels, scores)),
        reliability=float(np.sum(weights * (positives - probabilities) ** 2)),
        resolution=float(np.sum(weights * (positives - base) ** 2)), uncertainty=float(base * (1 - base)))


def main():
    random = np.random.default_rng(7)
    cases = []
    for count, ties, patients in [(40, False, 12), (200, True, 200), (501, True, 60)]:
        labels = (random.random(count) < 0.4).astype(int)
        latent = random.normal(size=count) + 1.1 * labels
        other = 0.6 * latent + random.normal(size=count) * 0.7
        scores, second = 1 / (1 + np.exp(-latent)), 1 / (1 + np.exp(-other))
        if ties:
            scores, second = np.round(scores, 2), np.round(second, 1)
        names = [f"p{random.integers(patients)}" for _ in range(count)]
        precision, recall, _ = precision_recall_curve(labels, scores, drop_intermediate=False)
        cases.append(dict(
            scores=[float(v) for v in scores], second=[float(v) for v in second], labels=[int(v) for v in labels],
            patients=names, area=float(roc_auc_score(labels, scores)), interval=bootstrap(scores, labels, names),
            averagePrecision=float(average_precision_score(labels, scores)),
            precision=[float(v) for v in precision[:-1][::-1]], recall=[float(v) for v in recall[:-1][::-1]],
            calibration=calibration(scores, labels), paired=delong(scores, second, labels)))
    shares = [[count, all_] + [float(v) for v in proportion_confint(count, all_, method="wilson")]
              for count, all_ in [(0, 10), (10, 10), (1, 1), (19, 20), (81, 263), (9999, 10000)]]
    print(json.dumps(dict(cases=cases, shares=shares)))


if __name__ == "__main__":
    main()
