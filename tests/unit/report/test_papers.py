"""Figures and tables for papers: LaTeX says to the letter what a label says; figures have the width asked for."""

import math
import re

import polars as pl
import pytest
from matplotlib import pyplot as plt

from boundary.report import latex, paper_figures, paper_tables
from conftest import ROOT

SPEC = {"labels": {"a": "GRPO, 50% & more", "b": "base_model"}, "level": 0.95, "k": None}
STYLE = str(ROOT / "workflow/report/paper.mplstyle")


@pytest.fixture(autouse=True)
def _own_style():
    with plt.rc_context():
        yield


def test_what_is_special_in_latex_is_printed_to_the_letter():
    text = r"50% of $x_1$ & #2 {a} ~^ \textbf −1 ≥ 0"
    shown = latex.escaped(text)
    assert shown == (
        r"50\% of \$x\_1\$ \& \#2 \{a\} \textasciitilde{}\textasciicircum{} \textbackslash{}textbf $-$1 $\geq$ 0"
    )
    assert not re.search(r"(?<!\\)[%&#_]", shown)


def test_a_table_has_a_cell_for_every_column_and_numbers_to_the_right():
    table = pl.DataFrame({"model": ["a & b", "c"], "pass@1": ["0.264 [0.220, 0.305]", "∞"]})
    lines = latex.tabular(table, ["a remark\nof two lines"]).splitlines()
    assert lines[0] == "% a remark of two lines"
    assert lines[1] == r"\begin{tabular}{lr}"
    rows = [line for line in lines if line.endswith(r" \\")]
    assert len(rows) == 3
    assert all(len(re.findall(r"(?<!\\)&", row)) == 1 for row in rows)


@pytest.mark.parametrize(
    ("numbers", "digits", "shown"),
    [
        ((0.2639, 0.2199, 0.3053), 3, "0.264 [0.220, 0.305]"),
        ((-0.5, -0.7, -0.0001), 3, "−0.500 [−0.700, 0.000]"),
        ((34.0, 0.0, 70.0), None, "34 [0, 70]"),
        ((-0.5, -0.75, 0.25), None, "−0.500 [−0.750, 0.250]"),
        ((3.6, 1.0, math.inf), 0, "4 [1, ∞]"),
        ((math.inf, math.inf, math.inf), 0, "∞"),
        ((None, None, None), 3, ""),
        ((math.nan, math.nan, math.nan), 3, ""),
    ],
)
def test_an_estimate_and_its_interval_in_one_cell(numbers, digits, shown):
    assert paper_tables.estimate(*numbers, digits) == shown


class Curve:
    """What a table reads of a curve of four samples."""

    names = {"benchmark": "chain", "decoding": "t0.6", "model": "a"}  # noqa: RUF012
    frame = pl.DataFrame(
        {"k": [1, 2, 3, 4], "estimate": [0.1, 0.2, 0.3, 0.4], "low": [0.0] * 4, "high": [0.5] * 4}
    ).with_columns(n=4, problems=10)


def test_pass_at_k_is_shown_at_one_half_and_n_or_at_the_k_that_are_asked_for():
    (row,) = paper_tables.passk([Curve], SPEC).to_dicts()
    assert row["model"] == "GRPO, 50% & more"
    assert [row[f"pass@{k}"][:5] for k in ("1", "n/2", "n")] == ["0.100", "0.200", "0.400"]
    (row,) = paper_tables.passk([Curve], SPEC | {"k": [3, 8]}).to_dicts()
    assert (row["pass@3"][:5], row["pass@8"]) == ("0.300", "")


def test_a_figure_has_the_width_of_a_column_and_its_title_becomes_the_caption(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/paper/figures"
    folder.mkdir(parents=True)
    paper_figures.use(STYLE)
    figure, axes = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
    axes.plot([1, 2], [0, 1], label=r"a \$ label", lw=3)
    axes.set_title(r"100 problems of \$x\$", fontsize=12)
    figure.legend(loc="outside lower center", ncols=3)
    caption = paper_figures.fit(figure, column=3.35, page=6.9)
    assert (caption, axes.get_title()) == ("100 problems of $x$", "")
    files = [f"results/paper/figures/a.{suffix}" for suffix in ("pdf", "svg", "tex")]
    paper_figures.save(figure, *files, caption, column=3.35)
    assert r"\caption{100 problems of \$x\$}" in (folder / "a.tex").read_text()
    assert r"\includegraphics{figures/a.pdf}" in (folder / "a.tex").read_text()
    pdf = (folder / "a.pdf").read_bytes()
    assert re.search(rb"/MediaBox \[\s*0 0 241\.2 ", pdf)  # 3.35 inches in points
    assert b"/FontFile2" in pdf  # TrueType
    assert b"/Type3" not in pdf
    assert "<text" in (folder / "a.svg").read_text()
    paper_figures.save(figure, *files, caption, column=3.35)
    assert (folder / "a.pdf").read_bytes() == pdf


def test_many_names_make_a_figure_higher_and_no_panel_lower():
    paper_figures.use(STYLE)
    heights = []
    for names in (2, 12):
        figure, axes = plt.subplots(figsize=(6.2, 4.2), layout="constrained")
        for name in range(names):
            axes.plot([1, 2], [0, name], label=f"a model with a long name, its step and its seed {name}")
        figure.legend(loc="outside lower center", ncols=2)
        paper_figures.fit(figure, column=3.35, page=6.9)
        figure.draw_without_rendering()
        heights.append(axes.get_window_extent().height)
        plt.close(figure)
    assert heights[1] > 0.8 * heights[0]


def test_wide_figures_take_the_page():
    figure, _ = plt.subplots(1, 2, figsize=(7.2, 3.0), layout="constrained")
    figure.suptitle("both")
    assert paper_figures.fit(figure, column=3.35, page=6.9) == "both"
    assert figure.get_figwidth() == 6.9
    assert r"\begin{figure*}" in latex.figure("a.pdf", "both", "a", wide=True)
    plt.close(figure)


def test_claims_are_a_table_of_each_kind_that_fits_a_page():
    names = {"benchmark": "chain", "decoding": "t0.6", "base": "b", "tuned": "a"}
    numbers = {"estimate": 0.1, "low": 0.0, "high": 0.2, "k": 1, "n": 4, "problems": 10, "holm": "undecided"}
    said = {"better": ["tuned is better at k=1"], "coverage": ["coverage narrowed", "coverage widened"]}
    rows = [names | numbers | {"kind": kind, "claim": claim} for kind in said for claim in said[kind] * 45]
    found = paper_tables.by_kind(pl.DataFrame(rows), SPEC)
    assert [caption for caption, _ in found] == [
        "Tuned is better at k=1.",
        "Tuned is better at k=1, continued.",
        *("Coverage narrowed or widened" + more for more in (".", ", continued.", ", continued.")),
    ]
    assert [len(table) for _, table in found] == [40, 5, 40, 40, 10]
    assert ["claim" in table.columns for _, table in found] == [False, False, True, True, True]
    text = latex.table(latex.tabular(found[0][1], []), found[0][0], "claims-1")
    assert text.count(r"\begin{table}") == text.count(r"\toprule") == 1
