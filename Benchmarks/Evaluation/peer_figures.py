#!/usr/bin/env python3
"""The same figures by pandas and scikit-learn: peer_figures.py STORE TRUTH; prints seconds and areas as JSON."""
import json
import sqlite3
import sys
import time

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss, confusion_matrix, roc_auc_score, roc_curve

DRAWS, ALL_DRAWS = 10, 2000


def figures(labels, scores, threshold):
    roc_curve(labels, scores)
    calibration_curve(labels, scores, n_bins=10)
    average_precision_score(labels, scores)
    brier_score_loss(labels, scores)
    confusion_matrix(labels, scores >= threshold)
    return float(roc_auc_score(labels, scores))


def bootstrap(table, random):
    began = time.monotonic()
    rows = table.groupby("patient_key").indices
    patients = list(rows)
    for _ in range(DRAWS):
        drawn = np.concatenate([rows[patients[index]] for index in random.integers(len(patients), size=len(patients))])
        roc_auc_score(table.label.values[drawn], table.score.values[drawn])
    return (time.monotonic() - began) * ALL_DRAWS / DRAWS


def main():
    laps = [time.monotonic()]
    store = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    studies = pd.read_sql("""
        SELECT study.study_key, patient_key, study_instance_uid, revision_id, probability AS score
        FROM study JOIN revision USING (study_key, revision)""", store)
    slices = pd.read_sql("SELECT revision_id, sop_instance_uid, probabilities FROM slice_score", store)
    slices["score"] = [json.loads(text)[1] for text in slices.probabilities]
    truth = pd.read_csv(sys.argv[2])
    truth["label"] = (truth.label == "ill").astype(int)
    whole = truth[truth.sop_instance_uid.isna()][["study_instance_uid", "label"]]
    studies = studies.merge(whole, on="study_instance_uid")
    slices = slices.merge(truth[["sop_instance_uid", "label"]].dropna(), on="sop_instance_uid").merge(
        studies[["revision_id", "patient_key"]], on="revision_id")
    laps.append(time.monotonic())
    areas = figures(studies.label, studies.score, 0.6), figures(slices.label, slices.score, 0.5)
    laps.append(time.monotonic())
    grouped = slices.groupby("revision_id").score
    rules = {"maximum": grouped.max(), "mean": grouped.mean()}
    found = {name: float(roc_auc_score(studies.set_index("revision_id").label[scores.index], scores))
             for name, scores in rules.items()}
    laps.append(time.monotonic())
    random = np.random.default_rng(1)
    seconds = bootstrap(studies, random) + bootstrap(slices, random)
    laps = np.diff(laps)
    print(json.dumps(dict(
        studyAUC=areas[0], sliceAUC=areas[1], areas=found, reading=laps[0], figures=laps[1], rules=laps[2],
        draws=DRAWS, bootstrap=seconds)))


if __name__ == "__main__":
    main()
