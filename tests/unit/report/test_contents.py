"""Which figures and tables a run has, and what each is made of."""

from boundary.config.resolve import resolve
from boundary.grid import Grid
from boundary.report.contents import FIGURES, TABLES, Contents
from conftest import ROOT, tiny_config


def contents() -> Contents:
    config = tiny_config(
        groups={"GRPO steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}},
    )
    grid = Grid(resolve(config, ROOT))
    return Contents(grid, ROOT)


def test_figures_and_tables_are_there_where_they_have_something_to_show(monkeypatch):
    monkeypatch.chdir(ROOT)
    found = contents()
    drawn = found.figures()
    assert "results/figures/chain/t0.6/passk.svg" in drawn
    assert "results/figures/chain/t0.6/difference.svg" not in drawn  # no pair there
    assert [path for path in drawn if "group" in path and path.endswith("svg")] == [
        f"results/figures/countdown/t0.6/{name}-GRPO-steps.svg"
        for name in ("group", "group_sharpening", "group_diversity")
    ]
    assert "results/tables/published.csv" not in found.tables()
    assert {"results/tables/claims.csv", "results/tables/groups.csv"} <= set(found.tables())
    (group,) = (figure for figure in FIGURES if figure.name == "group")
    given = found.figure_inputs(group, group="GRPO-steps", benchmark="countdown", decoding="t0.6")
    assert {kind: len(files) for kind, files in given.items()} == {"curves": 2, "measures": 1}
    assert found.group(found.grid.group("GRPO-steps"))[0] == "results/figures/countdown/t0.6/group-GRPO-steps.svg"


def test_every_figure_and_table_has_its_file_and_its_caption():
    for kind, caption, entries in (("figures", "", FIGURES), ("tables", "table_", TABLES)):
        for entry in entries:
            assert (ROOT / f"workflow/scripts/boundary/report/{kind}/{entry.name}.py").is_file()
            assert (ROOT / f"workflow/report/{caption}{entry.name}.rst").is_file(), entry.name
