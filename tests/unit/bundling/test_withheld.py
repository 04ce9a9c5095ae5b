"""Of a benchmark that is not published numbers leave, and text that is declared to tell nothing of its problems."""

import json
from pathlib import Path

import polars as pl
import pytest
import yaml

from boundary.benchmarks import stored
from boundary.bundling.contents import packed, run_of
from boundary.bundling.withheld import OPEN, told
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.files import store
from boundary.grid import Grid
from boundary.paths import ANSWERS, BENCHMARK, EXPORT, FALSE_ACCEPTS, SAMPLES, VERDICTS
from boundary.report.contents import Contents
from boundary.report.tables import flags
from boundary.results import of_run
from boundary.targets import not_handed_over
from boundary.validity.plan import SHEET
from conftest import ROOT, tiny_config

NAMES = {"benchmark": "gated", "model": "m", "decoding": "d", "block": "b", "writer": "w"}


def gated(**keys) -> dict:
    config = tiny_config(bundle={"samples": True}, **keys)
    config["benchmarks"]["countdown"]["publish"] = False
    return resolve(config, ROOT)


@pytest.fixture
def problems(tmp_path, monkeypatch) -> str:
    """The file of a benchmark whose words are SECRET."""
    monkeypatch.chdir(tmp_path)
    told = {"gold": json.dumps({"answers": ["SECRET", "7"], "tests": ["SECRET"]}), "metadata": '{"stem": "SECRET"}'}
    row = {
        "problem_id": "1",
        "question": "SECRET?",
        "verifier": "math",
        "guess_rate": 0.25,
        "images": [b"SECRET"],
    } | told
    path = BENCHMARK.format(**NAMES)
    store.write(pl.DataFrame([row]), path, {"verifier": "math"}, {"flags": {"1": "no SECRET"}, "largest_gold": 9})
    return path


@pytest.mark.parametrize("result", OPEN)
def test_what_is_not_declared_does_not_leave(problems, tmp_path, result):
    """Whatever columns and facts a result gets; numbers, ids and what it is stay as they are."""
    path = str(result).format(**NAMES)
    text = {"messages": "SECRET", "answer": "SECRET", "gold": "SECRET", "more": ["SECRET"], "in": {"a": "SECRET"}}
    frame = pl.DataFrame([text | {"tokens": 3, "right": True} | dict.fromkeys(OPEN[result], "kept")])
    if path != problems:
        store.write(frame, path, {"a": 1}, {"stated": {"example": "SECRET"}, "seconds": 2.5}, {"model": "m"})
    before, file = store.about(path), told(path, {"gated"}, tmp_path / "packed")
    assert "SECRET" not in str(store.about(file))
    found = store.read(file)
    assert "SECRET" not in str(found.to_dicts())
    assert (found.columns, store.about(file)["spec"]) == (store.read(path).columns, before["spec"])
    if path != problems:
        kept = found.select("tokens", "right", *OPEN[result])
        assert kept.equals(frame.select(kept.columns))
        assert store.about(file)["made_with"] == {"seconds": 2.5}
        assert store.about(file)["names"] == {"model": "m"}
    assert told(path, {"other"}, tmp_path) == Path(path)


def test_equal_answers_stay_equal_and_the_same_run_gives_the_same_bytes(problems, tmp_path):
    path, rows = ANSWERS.format(**NAMES), ["SECRET", "x", "SECRET", " SECRET", None]
    store.write(pl.DataFrame({"problem_id": "1", "answer": rows}), path, {})
    one, two = (told(path, {"gated"}, tmp_path / folder) for folder in "ab")
    assert one.read_bytes() == two.read_bytes()
    first, other, again, spaced, none = store.read(one)["answer"]
    golds = json.loads(store.read(told(problems, {"gated"}, tmp_path / "c"))["gold"][0])
    assert (first, spaced, none) == (again, f" {first}", None)
    assert first != other
    assert golds["answers"][0] == first  # guesses are compared with golds


def test_a_result_that_is_not_declared_is_not_packed_at_all():
    with pytest.raises(LookupError, match="is not declared"):
        told("results/new/gated.parquet", {"gated"}, Path())


@pytest.mark.parametrize("name", ["config", "mechanisms", "smollm2"])
def test_every_result_of_a_bundle_is_declared(name):
    config = resolve(yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()), ROOT, beside=ROOT / "config")
    config["bundle"]["samples"] = True
    grid = Grid(config)
    strange = [f for f in packed(grid, Contents(grid, ROOT))["results"] if not any(r.matches(f) for r in OPEN)]
    assert strange == []


def test_samples_and_labels_of_a_benchmark_that_is_not_published_are_not_packed(tmp_path):
    (tmp_path / "labels.json").write_text("[]")
    config = gated(validity={"labels": {"countdown": str(tmp_path / "labels.json")}})
    grid = Grid(config)
    files = packed(grid, Contents(grid, ROOT))
    blocks = [path for path in files["results"] if SAMPLES.matches(path)]
    assert {SAMPLES.row(path).benchmark for path in blocks} == {"chain"}
    assert {VERDICTS.row(path).benchmark for path in files["results"] if VERDICTS.matches(path)} == {
        "chain",
        "countdown",
    }
    assert files["labels"] == []
    assert run_of(config)["config"]["validity"]["labels"] == {"countdown": []}


def test_of_an_opened_bundle_nothing_waits_for_samples_that_are_not_packed():
    config = gated()
    config["bundle"]["opened"] = "bundle"
    grid = Grid(config)
    assert {row.benchmark for row in of_run(grid).rows_of(SAMPLES)} == {"chain"}
    assert (grid.has_samples("countdown"), grid.has_samples("chain")) == (False, True)


def test_nothing_is_graded_by_golds_that_a_bundle_left_out(problems, tmp_path):
    stored.require_golds(problems)
    with pytest.raises(InputError, match=r"are not in this bundle .* verdicts that came with it are kept as they are"):
        stored.require_golds(str(told(problems, {"gated"}, tmp_path)))


def test_exports_and_sheets_follow_the_same_rule():
    config = gated()
    scope = of_run(Grid(config))
    assert {row.benchmark for row in scope.rows_of(EXPORT)} == {"chain"}
    assert scope.rows_of(SHEET) == []  # of the other one no pair is compared
    assert of_run(Grid(resolve(tiny_config(), ROOT))).rows_of(SHEET)
    assert not_handed_over({"export"}, config["benchmarks"]) == ["export: without countdown (`publish: false`)"]
    assert not_handed_over({"all"}, config["benchmarks"]) == []


def test_the_table_of_flags_shows_no_answer_of_a_benchmark_that_is_not_published(problems):
    golds = {"grader": "own", "problem_id": "1", "kind": "spelling", "how": "as a fraction", "passed": False}
    store.write(pl.DataFrame([golds | {"gold": "SECRET", "answer": "SECRET"}]), "golds.parquet", {})
    accepts = {"grader": "own", "tried": 9, "accepted": 1, "pairs": ["SECRET for SECRET"]}
    store.write(pl.DataFrame([accepts]), FALSE_ACCEPTS.format(**NAMES), {})
    paths = {"benchmarks": problems, "golds": "golds.parquet", "accepts": FALSE_ACCEPTS.format(**NAMES)}
    spec = {"benchmarks": ["gated"], "wholes": ["gated"], "graders": {"gated": "own"}, "published": ["gated"]}
    shown = flags.tabulate(store.results(paths), spec)
    withheld = flags.tabulate(store.results(paths), spec | {"published": []})
    assert str(shown["flag"].to_list()).count("SECRET") == 7
    assert "SECRET" not in str(withheld["flag"].to_list())
    assert withheld["problem_id"].equals(shown["problem_id"])
