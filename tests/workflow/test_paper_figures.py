"""`paper_figures`: figures and tables for papers, of what is there, with labels in place of names."""

import polars as pl

from conftest import tiny_config

LABEL = "GRPO, 50% & more"
CONFIG = tiny_config(models={"countdown-base": {}, "countdown-grpo-50": {"label": LABEL}, "chain-base": {}})
FOLDER = "results/paper/figures/countdown/t0.6"


def test_figures_and_tables_for_papers(ran):
    jobs = ran.planned("paper_figures", config=CONFIG)
    assert not {"sample_block", "verify_block"} & jobs.keys()
    assert jobs["paper_figure_passk"] == 2
    assert {rule for rule in jobs if rule.startswith("paper_table")} == {
        f"paper_table_{t}" for t in ("claims", "passk", "pairs")
    }
    ran.snakemake(f"{FOLDER}/passk.pdf", f"{FOLDER}/difference.pdf", "results/paper/tables/pairs.tex", config=CONFIG)
    assert {"passk.pdf", "passk.svg", "passk.tex", "passk.curves.csv"} <= {p.name for p in ran.path(FOLDER).iterdir()}
    curves = pl.read_csv(ran.path(f"{FOLDER}/passk.curves.csv"))
    assert curves["model"].unique().sort().to_list() == sorted([LABEL, "base"])
    assert curves.filter(k=4)["n"].to_list() == [4, 4]
    assert r"GRPO, 50\% \& more" in ran.path("results/paper/tables/pairs.tex").read_text()
    assert LABEL.split(",")[0] in ran.path(f"{FOLDER}/difference.svg").read_text()
