"""The picture of docs/performance.md, made of a recorded run: the same bytes for the same run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

from .figures import Figures

PICTURE: Final = Path(__file__).parents[2] / "docs" / "performance.svg"
# Okabe and Ito's colours, which people of any sight can tell apart.
SERIES: Final = {
    "strictcors": ("flask-strictcors", "#0072B2"),
    "floor": ("written by hand", "#999999"),
    "flask-cors": ("Flask-CORS", "#E69F00"),
}
PLAIN: Final = "Flask's own answer to OPTIONS"
WIDTH: Final = 0.28
ADDED: Final = {
    "same-origin": "GET,\nno Origin",
    "actual": "allowed\nGET",
    "actual-foreign": "refused\nGET",
}
TOTAL: Final = {
    "preflight": "preflight",
    "preflight-names": "16 KiB\nof names",
    "preflight-commas": "16 KiB\nof commas",
}
SIZES: Final = {
    "origins-1": "1 origin",
    "origins-100000": "100,000\norigins",
    "patterns-1000": "1,000\npatterns",
    "routes-1000": "1,000\nroutes",
}


# With a rule for each route there is no policy of the app.
RULED: Final = {("routes-1000", "strictcors"): "strictcors-paths"}


def draw(figures: Figures, path: Path) -> None:
    """Draw three panels: what is added to a GET, what a preflight takes, and what size costs."""
    style = {
        "svg.hashsalt": "flask-strictcors",
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    # Without pyplot there is neither a window nor a state that others could have changed.
    from matplotlib.figure import Figure

    with mpl.rc_context(style):
        figure = Figure(figsize=(10, 3.6), layout="constrained", facecolor="white")
        left, middle, right = figure.subplots(1, 3)
        _bars(left, figures.overhead, ADDED, "floor-hooks", "{:.1f}")
        left.set(title="Added to a request to Flask", ylabel="µs")
        _bars(middle, figures.total, TOTAL, "floor-wrap-routed", "{:,.0f}")
        middle.set(title="A preflight, in all", ylabel="µs, log scale", yscale="log")
        plain = figures.total("preflight", "bare")
        middle.axhline(plain, color="black", linestyle="--", linewidth=1, label=PLAIN)
        _bars(right, figures.total, SIZES, "floor-hooks", "{:,.0f}")
        right.set(title="An allowed GET, in all", ylabel="µs, log scale", yscale="log")
        figure.legend(*middle.get_legend_handles_labels(), loc="outside lower center", ncols=4)
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def _bars(axes: Any, of: Any, groups: dict[str, str], by_hand: str, shown: str) -> None:
    for index, (series, (label, colour)) in enumerate(SERIES.items()):
        contender = by_hand if series == "floor" else series
        values = [of(scenario, RULED.get((scenario, series), contender)) for scenario in groups]
        places = [group + (index - 1) * WIDTH for group in range(len(groups))]
        bars = axes.bar(places, values, WIDTH, label=label, color=colour, edgecolor="white")
        axes.bar_label(bars, [shown.format(value) for value in values], size=6.5, padding=1)
    axes.set_xticks(range(len(groups)), groups.values(), size=8)
    axes.margins(y=0.12)
