#!/usr/bin/env python3
"""Writes report.json: figures of several classes, thresholds and temperatures by scikit-learn, SciPy and statsmodels.

    make_report_golden.py > report.json

Made with numpy, scikit-learn, scipy and statsmodels of PyPI. Scores are drawn here.
"""

import json

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit, softmax
from sklearn.metrics import (
    accuracy_score, average_precision_score, confusion_matrix, log_loss, precision_score, recall_score, roc_auc_score,
)
from statsmodels.stats.proportion import proportion_confint

SHARES = ["sensitivity", "specificity", "positivePredictiveValue", "negativePredictiveValue", "accuracy"]


def share(count, all_):
    interval = proportion_confint(count, all_, method="wilson") if all_ else (None, None)
    return [int(count), int(all_), *[v if v is None else float(v) for v in interval]]


def told(labels, called):
    """Five shares, each with its interval; the values are scikit-learn's."""
    positive, negative = labels == 1, labels == 0
    counts = [
        ((called & positive).sum(), positive.sum()), ((~called & negative).sum(), negative.sum()),
        ((called & positive).sum(), called.sum()), ((~called & negative).sum(), (~called).sum()),
        ((called == positive).sum(), len(labels))]
    values = [
        recall_score(labels, called), recall_score(labels, called, pos_label=0), precision_score(labels, called),
        precision_score(labels, called, pos_label=0), accuracy_score(labels, called)]
    return {name: share(*count) + [float(value)] for name, count, value in zip(SHARES, counts, values)}


def row(labels, scores, called):
    return dict(
        area=float(roc_auc_score(labels, scores)), averagePrecision=float(average_precision_score(labels, scores)),
        told=told(labels, called))


def best(slope):
    """Where the loss's derivative by 1 / T is 0: a minimum's own place is only known to the root of the precision."""
    return float(1 / brentq(slope, 0.02, 50, xtol=1e-16, rtol=1e-15))


def main():
    random = np.random.default_rng(11)
    count, classes = 240, 4
    truth = random.integers(classes, size=count)
    logits = random.normal(size=(count, classes)) * 2 + 1.4 * np.eye(classes)[truth]
    probabilities = softmax(logits, axis=1)
    said = probabilities.argmax(1)
    several = dict(
        truth=[int(v) for v in truth], probabilities=probabilities.tolist(),
        confusion=confusion_matrix(truth, said, labels=range(classes)).tolist(),
        accuracy=share((truth == said).sum(), count),
        rows=[row((truth == c).astype(int), probabilities[:, c],
                  probabilities[:, c] >= 0.6 if c == 2 else said == c) for c in range(classes)],
        temperature=best(lambda inverse: np.sum(
            np.sum(softmax(logits * inverse, axis=1) * logits, axis=1) - logits[np.arange(count), truth])),
        lossBefore=float(log_loss(truth, probabilities, labels=range(classes))))
    held = (random.random(count) < 0.4).astype(int)
    single = expit(random.normal(size=count) * 3 + 2.5 * (2 * held - 1) * 0.6)
    labels = dict(
        truth=[int(v) for v in held], probabilities=[float(v) for v in single], row=row(held, single, single >= 0.5),
        temperature=best(lambda inverse: np.sum((expit(logit(single) * inverse) - held) * logit(single))),
        lossBefore=float(log_loss(held, single)))
    print(json.dumps(dict(several=several, labels=labels)))


if __name__ == "__main__":
    main()
