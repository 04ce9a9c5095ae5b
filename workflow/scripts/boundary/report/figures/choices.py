"""How much every pair's differences hang on choices."""

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from boundary.analysis.decisions import AHEAD, BEHIND, UNDECIDED
from boundary.analysis.specification_curve import ALL, OWN
from boundary.report.colors import PALETTE
from boundary.report.figures.style import LINE, NOTE, plain, styles_of

CLAIMS = ("better", "coverage")  # of which every choice is shown
COLORS = {AHEAD: PALETTE[1], BEHIND: PALETTE[2], UNDECIDED: "0.6"}


def draw(given: dict, spec: dict) -> Figure:
    """given: `choices` of the pairs of `spec` in order."""
    frames = [result.frame.filter(pl.col("claim").is_in(CLAIMS)) for result in given["choices"]]
    return choices_figure([(*pair, frame) for pair, frame in zip(spec["pairs"], frames, strict=True)], spec)


def choices_figure(pairs: list[tuple[str, str, pl.DataFrame]], spec: dict) -> Figure:
    """A row per choice, a panel per pair: tuned minus base with its interval, the claim's own choice first and in bold.

    pairs: (base, tuned, frame of `choices.choices`). Rows are those that any pair has, k = 1 first.
    """
    styles = styles_of(spec["models"])
    keyed = [{_key(row): row for row in frame.iter_rows(named=True)} for *_, frame in pairs]
    main = {key for rows in keyed for key, row in rows.items() if row["main"]}
    keys = list(dict.fromkeys(key for rows in keyed for key in rows))
    keys.sort(key=lambda key: (key[0] != "better", key not in main))
    size = (2.6 + 1.9 * len(pairs), 1.2 + 0.17 * len(keys))
    figure, grid = plt.subplots(
        1, len(pairs), figsize=size, sharey=True, sharex=True, squeeze=False, layout="constrained"
    )
    places = {key: -place for place, key in enumerate(keys)}
    for axes, (base, tuned, _), rows in zip(grid.flat, pairs, keyed, strict=True):
        axes.axvline(0, color=LINE, lw=0.8)
        for key, row in rows.items():
            ends = [[max(0, row["estimate"] - row["low"])], [max(0, row["high"] - row["estimate"])]]
            color, points = COLORS[row["verdict"]], 5 if row["main"] else 3
            axes.errorbar(
                row["estimate"], places[key], xerr=ends, fmt="D" if row["main"] else "o", color=color, ms=points, lw=1
            )
        axes.set_title(f"{styles[tuned]['label']}\nminus {styles[base]['label']}", fontsize=8)
        axes.set_xlabel("difference of pass@k", fontsize=8)
    grid[0, 0].set_yticks(list(places.values()), [_words(key) for key in keys], fontsize=6.5)
    for key, label in zip(keys, grid[0, 0].get_yticklabels(), strict=True):
        label.set_fontweight("bold" if key in main else "normal")
    title = f"{spec['title']}: the same differences under other choices, {spec['level']:.0%} intervals"
    figure.suptitle(title, fontsize=9)
    figure.supxlabel("diamond: the claim's own choice; grey: undecided", fontsize=7, color=NOTE)
    return figure


def _key(row: dict) -> tuple:
    return row["claim"], row["stratum"], row["filter"], row["prompts"], row["grader"], row["k"]


def _words(key: tuple) -> str:
    _, *others, grader, k = key
    return plain(", ".join([f"k = {k}", grader, *(word for word in others if word not in (ALL, OWN))]))
