"""What there is to do: curves, blocks, comparisons, groups, and the files that jobs read."""

import pytest

from boundary import paths
from boundary.analysis.plan import Analysis
from boundary.config.resolve import resolve
from boundary.grid import Grid
from boundary.paths import COUNTS, MEASURES, OVERLAP, PASSK, SAMPLES, topup
from boundary.results import of_condition, of_group, of_run
from boundary.topup.plan import UNDECIDED, side_topup
from conftest import ROOT, tiny_config


@pytest.fixture
def grid(monkeypatch) -> Grid:
    monkeypatch.chdir(ROOT)
    config = tiny_config(
        decodings={d: {"temperature": float(d[1:]), "max_tokens": 8} for d in ("t0.6", "t1.0")},
        pairs=[
            {"base": "countdown-base", "tuned": "countdown-grpo-50"},
            {"base": "countdown-base", "tuned": "countdown-grpo-50", "decodings": ["t0.6", "t1.0"]},
        ],
        groups={"GRPO steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}, "decodings": ["t1.0"]}},
    )
    config["models"]["countdown-base"] = {"samples": {"countdown": 6}}
    config["benchmarks"]["countdown"]["topup"] = 2
    config["benchmarks"]["chain"] |= {"stream": "shared"}
    return Grid(resolve(config, ROOT))


def test_curves_are_models_on_their_benchmarks_under_their_decodings(grid):
    assert grid.curves == [
        (model, benchmark, decoding)
        for model, benchmark in (
            ("countdown-base", "countdown"),
            ("countdown-grpo-50", "countdown"),
            ("chain-base", "chain"),
        )
        for decoding in ("t0.6", "t1.0")
    ]


def test_raising_samples_adds_blocks_and_a_top_up_follows_them(grid):
    assert grid.blocks("countdown-grpo-50", "countdown") == ["0000-0001", "0002-0003"]
    assert grid.blocks("countdown-base", "countdown") == ["0000-0001", "0002-0003", "0004-0005"]
    assert grid.topup_blocks("countdown-grpo-50", "countdown") == ["0004-0005"]
    assert grid.topup_blocks("chain-base", "chain") == []


def test_a_stream_is_the_benchmark_unless_it_says_otherwise(grid):
    assert (grid.stream_of("countdown"), grid.stream_of("chain")) == ("countdown", "shared")
    assert grid.sharing_stream("chain") == ["chain"]


def test_a_pair_is_compared_under_each_decoding_or_across_two(grid):
    pair = ("countdown-base", "countdown-grpo-50")
    across = "t0.6-vs-t1.0"
    assert grid.comparisons == [(*pair, "countdown", decoding) for decoding in ("t0.6", "t1.0", across)]
    one_each = [(benchmark, decoding) for benchmark in ("countdown", "chain") for decoding in ("t0.6", "t1.0")]
    assert grid.conditions == [*one_each, ("countdown", across)]
    assert grid.models_of("countdown", across) == grid.paired_models("countdown", across) == list(pair)
    assert [grid.decoding_of(model, "countdown", across) for model in pair] == ["t0.6", "t1.0"]
    assert grid.models_of("chain", "t0.6") == ["chain-base"]
    assert grid.paired_models("chain", "t0.6") == []


def test_a_group_has_members_where_it_is_drawn(grid):
    group = grid.group("GRPO-steps")
    assert group["title"] == "GRPO steps"
    assert grid.members_of(group, "countdown", "t0.6") == []
    (member,) = grid.members_of(group, "countdown", "t1.0")
    assert member == {"at": 50, "base": "countdown-base", "tuned": "countdown-grpo-50"}
    assert grid.group_models(group, "countdown", "t1.0") == ["countdown-base", "countdown-grpo-50"]
    assert [(row["benchmark"], row["decoding"], row["at"]) for row in grid.group_rows] == [("countdown", "t1.0", "50")]


def test_jobs_read_the_files_of_their_own_models_and_decodings(grid):
    analysis, across = Analysis(grid), {"benchmark": "countdown", "decoding": "t0.6-vs-t1.0"}
    pair = {"base": "countdown-base", "tuned": "countdown-grpo-50"}
    assert analysis.runs_counts("base", **pair, **across) == ["results/counts/countdown-base/countdown/t0.6.parquet"]
    assert analysis.runs_counts("tuned", **pair, **across) == [
        "results/counts/countdown-grpo-50/countdown/t1.0.parquet"
    ]
    assert of_condition(grid, **across).files(PASSK) == [
        "results/passk/countdown-base/countdown/t0.6.parquet",
        "results/passk/countdown-grpo-50/countdown/t1.0.parquet",
    ]
    assert side_topup(grid, "base", **pair, **across) == []  # across decodings nothing is topped up together
    one = {"benchmark": "countdown", "decoding": "t1.0"}
    assert side_topup(grid, "tuned", **pair, **one) == [
        topup(COUNTS).format(model="countdown-grpo-50", benchmark="countdown", decoding="t1.0")
    ]
    assert of_condition(grid, **one).files(OVERLAP) == [OVERLAP.format(**pair, **one)]
    assert of_group(grid, "GRPO-steps", **one).files(MEASURES) == [MEASURES.format(**pair, **one)]
    assert len(of_run(grid).files(SAMPLES)) == 2 * (3 + 2 + 2)
    assert of_run(grid).files(UNDECIDED) == [f"results/topup/plan/countdown/{d}.parquet" for d in ("t0.6", "t1.0")]


def test_names_of_logs_and_measurements_follow_the_result():
    assert paths.log(SAMPLES) == "results/logs/samples/{model}/{benchmark}/{decoding}/{block}.log"
    assert paths.benchmark(SAMPLES) == "results/measurements/samples/{model}/{benchmark}/{decoding}/{block}.jsonl"
    assert topup(SAMPLES) == "results/topup/samples/{model}/{benchmark}/{decoding}/{block}.parquet"
