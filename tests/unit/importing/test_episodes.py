"""Episodes: files of verifiers, inspect and tau-bench, their turns, and what is solved within how many of them."""

import itertools
import json
from random import Random

import numpy as np
import polars as pl
import pytest

from boundary.analysis.passk import pass_at_k
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.files import store
from boundary.grid import Grid
from boundary.importing.episodes import first_turns, messages_of
from boundary.importing.responses import responses
from boundary.importing.stated import Stated
from boundary.report.page.browse import MOST_CHARACTERS, transcript
from boundary.sampling.cut import cut_episodes
from boundary.sampling.plan import Sampling
from boundary.verifying.reported import reported_alone
from conftest import ROOT, tiny_config

AGENTS = ROOT / "tests/golden/agents"
SUMS = pl.DataFrame(
    {
        "problem_id": [str(i) for i in range(4)],
        "question": [f"What is {a} + {b}? Use the tool." for a, b in ((12, 30), (7, 8), (40, 2), (19, 1))],
    }
)


@pytest.mark.parametrize(("file", "tool"), [("verifiers_tuned.jsonl", "verifiers"), ("inspect_tuned.json", "inspect")])
def test_files_that_the_packages_wrote(file, tool):
    found = responses([AGENTS / file], {"format": tool, "episodes": True}, SUMS)
    assert found["problem_id"].value_counts()["count"].to_list() == [4] * 4
    for row in found.iter_rows(named=True):
        messages = json.loads(row["messages"])
        own = [message for message in messages if message["role"] == "assistant"]
        assert (row["turns"], row["text"]) == (len(own), own[-1]["text"])
        assert all(call == ["add", call[1]] for message in own for call in message.get("calls", ()))
        assert len([message for message in own if "calls" in message]) == row["turns"] - 1
        a, b = map(int, SUMS["question"][int(row["problem_id"])].removeprefix("What is ").split("?")[0].split(" + "))
        assert row["score"] == (row["text"] == f"It is \\boxed{{{a + b}}}")
    assert found["solved_turn"].null_count() == 16
    assert set(found["turns"]) > {2, 3}
    if tool == "verifiers":
        assert (found["tokens"] == 7 * found["turns"]).all()
        with pytest.raises(InputError, match=r"row 1 has several turns .*`episodes: true`"):
            responses([AGENTS / file], {"format": tool}, SUMS)


def test_calls_in_every_form_that_tools_write():
    calls = [
        {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "1", "function": "f", "arguments": {"a": 1}},
        '{"id": "1", "name": "f", "arguments": "{\\"a\\": 1}"}',
        {"name": "f", "arguments": '{"a": 1}'},
    ]
    (message,) = messages_of([{"role": "assistant", "content": None, "tool_calls": calls}])
    assert message == {"role": "assistant", "text": "", "calls": [["f", '{"a": 1}']] * 4}
    parts = [{"type": "text", "text": "see "}, {"type": "image_url", "image_url": {}}]
    assert messages_of([{"role": "user", "content": parts, "tool_calls": None}]) == [
        {"role": "user", "text": "see [image_url]"}
    ]
    odd = messages_of([{"role": "assistant", "content": "", "tool_calls": ["{}", "no json", 3]}])  # as is, never lost
    assert odd[0]["calls"] == [["", ""], ["", "no json"], ["", "3"]]
    for strange in ("text", [{"content": "no role"}], None):
        with pytest.raises(ValueError, match="no episode"):
            messages_of(strange)


def test_a_column_of_messages_and_the_turn_at_which_it_was_solved(tmp_path):
    said = [{"role": "assistant", "content": str(i)} for i in range(3)]
    rows = [{"id": "0", "m": said, "at": 2, "s": 1.0}, {"id": "0", "m": said[:1], "at": None, "s": 0.0}]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    columns = {"problem": "id", "response": "m", "episodes": True, "solved_turn": "at", "score": "s"}
    found = responses([file], columns, SUMS[:1])
    assert found.select("text", "turns", "solved_turn", "score").rows() == [("2", 3, 2, 1.0), ("0", 1, None, 0.0)]
    file.write_text(json.dumps(rows[0] | {"at": 4}) + "\n")
    with pytest.raises(InputError, match=r"row 1: was solved at turn 4 of 3"):
        responses([file], columns, SUMS[:1])


def episodes(path, spec: dict, rows: list[tuple[str, int, int | None, float]]) -> None:
    """A block of imported episodes of so many turns, solved at a turn, with a final score."""
    frame = pl.DataFrame(
        [
            {"problem_id": problem, "sample_index": i, "text": "done", "tokens": 5, "finish_reason": "stop"}
            | {"score": score, "turns": turns, "solved_turn": solved}
            | {"messages": json.dumps([{"role": "assistant", "text": str(turn)} for turn in range(turns)])}
            for i, (problem, turns, solved, score) in enumerate(rows)
        ],
        schema_overrides={"solved_turn": pl.Int64},
    ).with_columns(
        cumulative_logprob=pl.lit(None, pl.Float64), seed=pl.lit(None, pl.Int64), prompt_hash=pl.lit(None, pl.String)
    )
    stated = Stated()
    stated.count_scores(frame["score"])
    store.write(frame, path, spec, {"stated": stated.facts() | {"scores": stated.scores | {"score": "s"}}})


@pytest.mark.parametrize("most", [1, 3, 5])
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_pass_at_k_within_t_turns_is_that_of_all_subsets(tmp_path, k, most):
    """1 - C(n - c_T, k) / C(n, k) of arXiv 2604.14877 is the share of k of n episodes with one solved within T."""
    rng = Random(48)
    rows = []
    for problem in "abc":
        for _ in range(6):
            turns, right = rng.randint(1, 6), rng.random() < 0.6
            rows.append((problem, turns, rng.choice([None, rng.randint(1, turns)]) if right else None, float(right)))
    spec = {"protocol": 1, "responses": {"sha256": "0", "score": "s", "episodes": True}}
    cut_spec = spec | {"cut": {"turns": most}}
    episodes(tmp_path / "full.parquet", spec, rows)
    cut, made_with = cut_episodes(tmp_path / "full.parquet", cut_spec)
    store.write(cut, tmp_path / "cut.parquet", cut_spec, made_with)
    verdicts = reported_alone(str(tmp_path / "cut.parquet"), cut_spec, None)
    counts = verdicts.group_by("problem_id", maintain_order=True).agg(n=pl.len(), c=pl.col("correct").sum())
    expected = []
    for problem in "abc":
        own = [row for row in rows if row[0] == problem]
        solved = [bool(score) and (turns <= most or (at or 99) <= most) for _, turns, at, score in own]
        subsets = list(itertools.combinations(solved, k))
        expected.append(sum(map(any, subsets)) / len(subsets))
    ours = pass_at_k(counts["n"].to_numpy(), counts["c"].to_numpy(), k)[:, k - 1]
    assert np.allclose(ours, expected)
    late = verdicts.filter(pl.col("reason") == "truncated")
    assert len(late) == made_with["cut"][0] == sum(turns > most and (at or 99) > most for _, turns, at, _ in rows)
    assert all(len(json.loads(messages)) <= most for messages in cut["messages"])
    with pytest.raises(InputError, match=r"full\.parquet"):
        cut_episodes(tmp_path / "full.parquet", cut_spec | {"protocol": 2})


def agents(**decodings) -> dict:
    def model() -> dict:
        files = {"sums": str(AGENTS / "verifiers_base.jsonl")}
        return {"responses": {"format": "verifiers", "episodes": True, "files": files}}

    file = {"file": str(AGENTS / "verifiers_base.jsonl"), "question": "answer", "answer": "answer", "verifier": "math"}
    config = tiny_config(models={"a": model(), "b": model()}, benchmarks={"sums": file})
    full = {"temperature": 1.0, "max_tokens": 64}
    return config | {"decodings": {"full": full} | decodings, "pairs": [{"base": "a", "tuned": "b"}]}


def test_what_decides_a_cut_holds_its_turns_and_claims_are_made_at_those_that_are_listed():
    specs = []
    for turns in (8, 4):
        grid = Grid(resolve(agents(within={"cut": "full", "turns": turns}), ROOT))
        sampling = Sampling(grid)
        specs.append(sampling.spec("a", "sums", "within"))
        assert "cut" not in sampling.spec("a", "sums", "full")
        assert grid.is_claimed("within")
        assert not grid.sampled_curves
    assert specs[0] != specs[1]
    assert specs[0] == specs[1] | {"cut": {"turns": 8}}


@pytest.mark.parametrize(
    ("within", "message"),
    [
        ({"cut": "full"}, "is missing"),
        ({"cut": "full", "turns": 2, "max_tokens": 8}, "within"),
        ({"cut": "half", "turns": 2}, "'half' is not a decoding of this run"),
        ({"cut": "full", "turns": 0}, "turns = 0"),
    ],
)
def test_a_cut_by_turns_that_cannot_be_made_is_refused(within, message):
    with pytest.raises(InputError, match=message):
        resolve(agents(within=within), ROOT)


def test_turns_are_of_episodes_alone():
    config = agents(within={"cut": "full", "turns": 2})
    del config["models"]["b"]["responses"]["episodes"]
    assert resolve(config, ROOT)["models"]["b"]["decodings"] == ["full"]
    config["models"]["b"]["decodings"] = ["full", "within"]
    with pytest.raises(InputError, match=r"models.b.decodings: 'within' is cut from 'full': turns are of imported"):
        resolve(config, ROOT)
    config = agents()
    config["models"]["a"]["responses"]["format"] = "verl"
    with pytest.raises(InputError, match=r"episodes: files of the format verl hold no messages"):
        resolve(config, ROOT)


def test_a_transcript_is_shortened_as_a_whole_and_every_text_of_it_stays_text():
    said = [{"role": "tool", "text": "x" * 100_000, "calls": [["f", "<script>"]]}] * 5
    shown = transcript(json.dumps(said))
    assert shown[0]["calls"] == [["f", "<script>"]]
    assert sum(len(one["text"]) for one in shown) < MOST_CHARACTERS + 300
    assert shown[-1] == {"role": "", "text": "[... 2 messages are not shown here ...]"}
    assert first_turns([{"role": "assistant"}, {"role": "tool"}, {"role": "assistant"}], 1) == [
        {"role": "assistant"},
        {"role": "tool"},
    ]
