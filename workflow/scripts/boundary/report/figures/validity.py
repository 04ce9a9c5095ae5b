"""CoT-pass@k next to pass@k, and the problems with at least one valid chain of thought."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.contracts import FigureSpec
from boundary.files.store import Results
from boundary.report.colors import POINTWISE
from boundary.report.figures.style import NOTE, banded, legend_below, log2_axis, powers_of_two, styles_of
from boundary.report.texts import many


def draw(given: Results, spec: FigureSpec) -> Figure:
    """given: `judged`, a row for every reviewed model, and `curves` of all of them."""
    return validity_figure(given["judged"][0].frame, given["curves"][0].frame, spec)


def validity_figure(judged: pl.DataFrame, curves: pl.DataFrame, spec: FigureSpec) -> Figure:
    """judged: `cot_passk.summary` of every model. curves: `cot_passk.curve` of every model. Both with its `model`."""
    height = max(4.2, 0.5 * len(judged))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.4, height), layout="constrained", width_ratios=[1.5, 1])
    styles = {name: style for name, style in styles_of(spec["models"]).items() if name in set(judged["model"])}
    n, (shown, said) = int(judged["n"].to_numpy().min()), banded(spec, styles)
    for name, style in styles.items():
        curve = curves.filter(model=name)
        if name in shown:
            left.fill_between(curve["k"], curve["low"], curve["high"], color=style["color"], alpha=POINTWISE, lw=0)
        left.plot(curve["k"], curve["passk"], color=style["color"], lw=1.2, ls=(0, (3, 2)))
        left.plot(curve["k"], curve["cot_passk"], lw=1.8, ms=5, markevery=list(powers_of_two(len(curve))), **style)
    left.plot([], [], color="0.4", lw=1.2, ls=(0, (3, 2)), label="pass@k")
    log2_axis(left, n)
    left.set_ylim(0, 1.02)
    left.set_ylabel("CoT-pass@k")
    left.set_title(f"{spec['title']}, n = {n}{said}", fontsize=9)

    for row, (name, style) in enumerate(styles.items()):
        found = judged.row(by_predicate=pl.col("model") == name, named=True)
        valid, reviewed = found["problems_valid"], found["problems_reviewed"]
        said = f"{valid} of {many(reviewed, 'problem')}, "
        said += f"{found['responses_valid']} of {many(found['responses_reviewed'], 'response')}"
        if reviewed:
            ends = [[valid / reviewed - found["valid_low"]], [found["valid_high"] - valid / reviewed]]
            marked = {key: style[key] for key in ("color", "marker")}
            right.errorbar([valid / reviewed], [row], xerr=ends, capsize=3, ms=5, lw=1.4, ls="", **marked)
        elif found["problems_in_range"]:
            said = f"{many(found['problems_in_range'], 'problem')}, not reviewed"
        else:
            said = "no such problem"
        right.text(0.01, row + 0.34, said, fontsize=7, va="center", color=NOTE)
    right.set_ylim(len(styles) - 0.4, -0.6)
    right.set_yticks(range(len(styles)), [style["label"] for style in styles.values()], fontsize=8)
    right.grid(visible=False, axis="y")
    right.set_xlim(0, 1.02)
    right.set_xlabel("share of reviewed problems\nwith a valid response")
    below = (
        f"{judged['below'][0]:.0%}" if round(100 * judged["below"][0], 6).is_integer() else f"{judged['below'][0]:g}"
    )
    right.set_title(f"accuracy above 0 and below {below}", fontsize=9)
    legend_below(figure, columns=4)
    return figure
