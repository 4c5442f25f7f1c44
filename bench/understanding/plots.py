"""Draws the comparison's curves: ``python -m bench.understanding.plots DIR < FIGURES.json``.

It runs in the engine's environment: matplotlib is there because Rasa needs it; the application has no use for it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "ndihma"  # the same figures give the same file

import matplotlib.pyplot as plt  # noqa: E402

_CURVES = (
    ("typos", "typos.svg", "random typos per 100 characters"),
    ("few_shot", "few-shot.svg", "training messages an intent"),
)


def main() -> int:
    folder = Path(sys.argv[1])
    systems = json.load(sys.stdin)["systems"].values()
    for key, name, label in _CURVES:
        figure, axes = plt.subplots(figsize=(6, 3.5))
        for system in systems:
            if system[key]:
                places = [float(x) for x in system[key]]
                axes.plot(places, list(system[key].values()), marker="o", label=system["title"])
        axes.set_xlabel(label)
        axes.set_ylabel("right overall, %")
        axes.set_ylim(0, 100)
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
        figure.tight_layout()
        figure.savefig(folder / name, metadata={"Date": None})
        plt.close(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
