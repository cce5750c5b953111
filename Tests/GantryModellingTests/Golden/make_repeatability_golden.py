"""Writes repeatability.json: pairs of measurements, and what statsmodels' one-way analysis of variance says of them.

The within-subject standard deviation is the root of the residual mean square with the subject as factor (Bland and
Altman, BMJ 312, 1996, 1654). Nothing of Gantry is used.

    python3 -m venv venv && venv/bin/pip install statsmodels==0.15.0 pandas
    venv/bin/python make_repeatability_golden.py
"""

import json
from pathlib import Path

import numpy as np
import pandas
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm


def case(name, first, second, leaving_out=None):
    pairs = list(zip(first.tolist(), second.tolist()))
    kept = [p for p in pairs if leaving_out is None or p[0] != leaving_out or p[1] != leaving_out]
    rows = pandas.DataFrame(
        [(subject, value) for subject, pair in enumerate(kept) for value in pair], columns=["subject", "value"]
    )
    table = anova_lm(ols("value ~ C(subject)", data=rows).fit())
    deviation = float(np.sqrt(table.loc["Residual", "mean_sq"]))
    coefficient = 1.96 * np.sqrt(2) * deviation
    return {
        "name": name,
        "pairs": pairs,
        "leavingOut": leaving_out,
        "kept": len(kept),
        "standardDeviation": deviation,
        "coefficient": float(coefficient),
        "beyond": int(sum(abs(b - a) > coefficient for a, b in kept)),
    }


random = np.random.default_rng(17)
true = random.uniform(0.02, 0.98, 60)
volumes = random.gamma(2.0, 300.0, 48)
extents = np.where(random.random(40) < 0.4, 0.0, random.uniform(10, 150, 40))
cases = [
    case("probability", *(np.clip(true + random.normal(0, 0.05, 60), 0, 1) for _ in range(2))),
    case("volume", *(volumes * random.normal(1, 0.06, 48) for _ in range(2))),
    case("extent", *(np.where(extents > 0, extents + 2.5 * random.integers(-4, 5, 40), 0.0) for _ in range(2)), 0.0),
    case("drift", volumes[:12], volumes[:12] + 40 + random.normal(0, 5, 12)),
]
Path(__file__).with_name("repeatability.json").write_text(json.dumps(cases, indent=1) + "\n")
