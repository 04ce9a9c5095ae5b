"""Decodings that are cut from another, and groups along decodings: what may be written, and what it becomes."""

import pytest

from boundary import expected, paths
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.paths import DIFFERENCE, PASSK
from boundary.report.contents import Contents
from boundary.report.plan import Shown
from boundary.results import of_axis, of_run
from boundary.sampling.plan import Sampling
from boundary.sampling.setup import Setup
from boundary.topup.plan import UNDECIDED, side_topup
from conftest import ROOT, tiny_config

PAIR = {"base": "countdown-base", "tuned": "countdown-grpo-50"}


@pytest.fixture(autouse=True)
def in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def config(cut: dict | None = None, **changes) -> dict:
    made = tiny_config(**changes)
    made["decodings"]["t1.0"] = {"temperature": 1.0, "max_tokens": 32}
    made["decodings"]["t0.6-24"] = cut or {"cut": "t0.6", "max_tokens": 24}
    return made


def resolved(cut: dict | None = None, **changes) -> dict:
    return resolve(config(cut, **changes), ROOT)


def test_a_cut_decoding_is_the_other_one_under_fewer_tokens():
    made = resolved()["decodings"]
    assert made["t0.6-24"] == made["t0.6"] | {"cut": "t0.6", "max_tokens": 24}


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ({"cut": "t0.7", "max_tokens": 24}, r"t0.6-24.cut = 't0.7' is not a decoding of this run \(did you mean"),
        ({"cut": "t0.6-24", "max_tokens": 24}, "'t0.6-24' is itself cut from"),
        ({"cut": "t0.6", "max_tokens": 48}, "max_tokens = 48: must be less than that of decodings.t0.6, .*: 48"),
        (
            {"cut": "t0.6", "max_tokens": 24, "top_p": 1.0},
            "unknown key 'top_p'; allowed: cut, max_tokens, turns, benchmarks",
        ),
        ({"cut": "t0.6"}, "decodings.t0.6-24: the key 'max_tokens' is missing"),
    ],
)
def test_a_cut_that_cannot_be_made_is_refused(cut, message):
    with pytest.raises(InputError, match=message):
        resolved(cut)


def test_a_cut_is_only_where_its_samples_are():
    made = config({"cut": "t1.0", "max_tokens": 8, "benchmarks": ["chain"]})
    made["decodings"]["t1.0"]["benchmarks"] = ["countdown"]
    with pytest.raises(InputError, match=r"benchmarks: 'chain' is not one of decodings.t1.0"):
        resolve(made, ROOT)
    del made["decodings"]["t0.6-24"]["benchmarks"]
    assert resolve(made, ROOT)["decodings"]["t0.6-24"]["benchmarks"] == ["countdown"]


def test_models_without_a_tokenizer_or_the_samples_are_left_out_and_told_where_they_ask():
    server = {"server": {"url": "http://node:8000/v1", "model": "m"}, "prompt": "chain", "benchmarks": ["chain"]}
    made = config(models=tiny_config()["models"] | {"served": server})
    assert resolve(made, ROOT)["models"]["served"]["decodings"] == ["t0.6", "t1.0"]
    server["decodings"] = ["t0.6", "t0.6-24"]
    with pytest.raises(InputError, match=r"served.decodings: 't0.6-24' is cut from 't0.6': that takes the tokenizer"):
        resolve(made, ROOT)
    server["server"]["tokenizer"] = "resources/zoo/chain-base"
    assert resolve(made, ROOT)["models"]["served"]["decodings"] == ["t0.6", "t0.6-24"]
    server["decodings"] = ["t0.6-24"]
    with pytest.raises(InputError, match=r"name 't0.6' too, as its samples are made of those"):
        resolve(made, ROOT)


def test_an_imported_model_still_belongs_to_the_one_decoding_that_is_sampled(tmp_path):
    (tmp_path / "counts.csv").write_text("problem_id,n,c\n")
    counts = {"counts": {"files": {"chain": str(tmp_path / "counts.csv")}}}
    made = config(models=tiny_config()["models"] | {"theirs": counts})
    del made["decodings"]["t1.0"]
    assert resolve(made, ROOT)["models"]["theirs"]["decodings"] == ["t0.6"]
    made |= {"models": {"theirs": counts}, "benchmarks": {"chain": made["benchmarks"]["chain"]}, "pairs": []}
    grid = Grid(resolve(made, ROOT))
    assert not [path for path in Contents(grid, ROOT).figures() if "diversity" in path]


def test_cut_samples_say_what_they_are_made_of_and_are_no_gpu_work():
    grid = Grid(resolved())
    sampling, names = Sampling(grid), {"model": "chain-base", "benchmark": "chain"}
    source, cut = (sampling.spec(decoding=decoding, **names) for decoding in ("t0.6", "t0.6-24"))
    decoding = source["decoding"] | {"max_tokens": 24}
    assert cut == source | {"decoding": decoding, "cut": {"protocol": 1, "max_tokens": 48}}
    assert list(cut) == [*source, "cut"]
    assert not [path for path, _ in expected.of_samples(grid) if "t0.6-24" in path]
    assert {job["decoding"] for job in Setup(grid).to_plan()} == {"t0.6", "t1.0"}
    source = sampling.cut_source(**names, decoding="t0.6-24", block="0000-0001")
    assert source == paths.SAMPLES.format(**names, decoding="t0.6", block="0000-0001")


def test_a_cut_gets_no_top_up():
    made = config()
    made["benchmarks"]["countdown"]["topup"] = 2
    grid = Grid(resolve(made, ROOT))
    names = PAIR | {"benchmark": "countdown"}
    topped_up = [side_topup(grid, "base", decoding=d, **names) != [] for d in ("t0.6", "t1.0", "t0.6-24")]
    assert topped_up == [1, 1, 0]
    assert of_run(grid).files(UNDECIDED) == [f"results/topup/plan/countdown/{d}.parquet" for d in ("t0.6", "t1.0")]


def along(**changes) -> dict:
    members = {24: "t0.6-24", 48: "t0.6"}
    return {"token limit": {"by": "decoding", "scale": "log", **PAIR, "members": members} | changes}


def test_a_group_along_decodings_is_one_figure_on_a_benchmark():
    grid = Grid(resolved(groups=along(), pairs=[]))
    assert grid.axes == [("token-limit", "countdown")]
    assert [(row["decoding"], row["at"]) for row in grid.group_rows] == [("t0.6", "48"), ("t0.6-24", "24")]
    contents, names = Contents(grid, ROOT), {"group": "token-limit", "benchmark": "countdown"}
    assert of_axis(grid, **names).files(PASSK) == [
        PASSK.format(model=PAIR[side], benchmark="countdown", decoding=decoding)
        for decoding in ("t0.6-24", "t0.6")
        for side in ("base", "tuned")
    ]
    drawn = [path for path in contents.figures() if "token-limit" in path]
    assert drawn == [f"results/figures/countdown/axis-token-limit.{suffix}" for suffix in ("svg", "png")]
    assert "results/tables/trends.csv" not in contents.tables()  # a trend is along models
    made = contents.group(grid.group("token-limit"))
    assert {*drawn, DIFFERENCE.format(**PAIR, benchmark="countdown", decoding="t0.6-24")} <= set(made)
    spec = Shown(grid).of_axis(**names)
    assert [member["at"] for member in spec["group"]["members"]] == [24, 48]


def test_a_place_on_the_axis_may_be_two_decodings():
    made = resolved(groups=along(members={1: "t0.6", 2: "t0.6-vs-t1.0"}), pairs=[])
    assert [pair.get("decodings") for pair in made["pairs"]] == [None, ["t0.6", "t1.0"]]
    members = Grid(made).axis_members(made["groups"]["token limit"], "countdown")
    assert [member["decoding"] for member in members] == ["t0.6", "t0.6-vs-t1.0"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"members": {24: "t0.6-42"}}, r"members.24 = 't0.6-42' is not a decoding of this run \(did you mean"),
        ({"members": {"short": "t0.6"}}, "'short' has no place on a log axis"),
        ({"decodings": ["t0.6"]}, "its members are decodings already; leave it out"),
        ({"tuned": "countdown-grpo-5"}, "tuned 'countdown-grpo-5' is not a model of this run"),
        ({"members": {48: "t0.6"}}, "on no benchmark of this run are countdown-base and countdown-grpo-50 both"),
        ({"by": "model"}, "by = 'model': must be 'decoding'"),
    ],
)
def test_a_group_along_decodings_that_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(InputError, match=message):
        resolved(groups=along(**changes))


def test_a_group_along_decodings_needs_both_models_and_no_other_group_has_a_tuned_one():
    groups = along()
    del groups["token limit"]["tuned"]
    with pytest.raises(InputError, match="its members are decodings, so it needs a `base` and a `tuned` model"):
        resolved(groups=groups)
    del (groups := along())["token limit"]["by"]
    with pytest.raises(InputError, match="tuned"):
        resolved(groups=groups)
