"""Samples that can be read: which of them, and the files that a page loads."""

import json

import polars as pl
import pytest

from boundary.files import store
from boundary.report.page import browse
from boundary.report.page.choice import chosen, kinds, totals

MOST = 20
GRADERS = ("own", "other")


def verdicts(right: list[bool], other: list[bool], unfinished: list[bool], problem_id: str = "p") -> pl.DataFrame:
    """Of as many samples of a problem, by two graders."""
    frames = []
    for grader, correct in zip(GRADERS, (right, other), strict=True):
        reasons = ["match" if c else "truncated" if u else "mismatch" for c, u in zip(correct, unfinished, strict=True)]
        columns = {"problem_id": problem_id, "sample_index": range(len(right)), "grader": grader}
        frames.append(pl.DataFrame(columns | {"correct": correct, "reason": reasons}))
    return pl.concat(frames)


def problem(n: int, right: int, disagree: int, unfinished: int, name: str) -> pl.DataFrame:
    """The other grader also calls so many more right."""
    own = [i < right for i in range(n)]
    other = [i < right + disagree for i in range(n)]
    return verdicts(own, other, [i >= n - unfinished for i in range(n)], name)


CASES = {  # n, right, disagree, unfinished
    "few right": (200, 7, 0, 10),
    "many of all": (400, 100, 100, 100),
    "all wrong": (300, 0, 0, 0),
    "few samples": (5, 1, 1, 1),
    "graders disagree": (300, 12, 200, 0),
}


@pytest.mark.parametrize("name", CASES)
def test_evidence_is_never_left_out(name):
    n, right, disagree, unfinished = CASES[name]
    found = kinds(problem(n, right, disagree, unfinished, "p"), "own")
    kept = chosen(found, MOST)
    assert totals(found).row(0) == ("p", right, disagree, unfinished, n)
    if right <= MOST:
        assert kept["right"].sum() == right
    assert min(disagree, MOST) <= kept["disagree"].sum() <= MOST
    assert min(n, MOST) <= len(kept) <= MOST * 2 + MOST // 4
    for kind, there in (("right", right), ("unfinished", unfinished)):
        assert kept[kind].any() == (there > 0), kind
    assert kept.equals(chosen(found, MOST))


def calls(folder, name: str) -> list[tuple[str, list]]:
    """The calls of all files of a name, in order: function and values."""
    found = []
    for file in sorted(folder.glob(f"{name}-*.js"), key=lambda path: int(path.stem.rpartition("-")[2])):
        for line in file.read_text().splitlines():
            function, _, values = line.removesuffix(");").partition("(")
            found.append((function, json.loads(f"[{values}]")))
    return found


def test_the_files_hold_what_is_kept_and_none_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(browse, "MOST_BYTES", 4000)
    monkeypatch.setattr(browse, "AT_ONCE", 2000)
    spec = {"samples": 4, "grader": "own", "graders": list(GRADERS), "pairs": [["a", "b"]], "rate": 0.05, "level": 0.95}
    spec["models"] = [{"name": name, "label": name, "blocks": 2, "decoding": "t"} for name in "ab"]
    text = "</script>\u2028 \\boxed{1} " + 300 * "é"
    problems = {"problem_id": ["p/0", "p 1"], "question": ["?", "??"], "gold": ['{"answers": ["1"]}', '{"tests": 1}']}
    more = {"stratum": [None, "hard"], "guess_rate": [None, 0.01], "images": [None, [b"\x89PNG data"]]}
    frame = pl.DataFrame(problems | more)
    store.write(frame, tmp_path / "problems.parquet", {})
    labels = {"model": ["a"], "problem_id": ["p/0"], "sample_index": [0], "verdict": ["valid"], "reviewers": [2]}
    labelled = pl.DataFrame(labels | {"judge": [False]}).cast({"reviewers": pl.UInt32})
    store.write(labelled, tmp_path / "labelled.parquet", {})
    given = {"samples": [], "verdicts": [], "problems": str(tmp_path / "problems.parquet")}
    given["labelled"] = [str(tmp_path / "labelled.parquet")]
    for model in "ab":
        for block in range(2):
            said = pl.concat(problem(8, 2, 1, 1, name) for name in problems["problem_id"])
            said = said.with_columns(
                pl.col("sample_index") + 8 * block, answer=pl.lit("1"), detail=pl.lit(None, pl.String)
            )
            samples = said.filter(grader="own").select("problem_id", "sample_index", text=pl.lit(text))
            samples = samples.with_columns(tokens=pl.lit(3), finish_reason=pl.lit("stop"))
            for kind, rows in (("samples", samples), ("verdicts", said)):
                given[kind].append(str(tmp_path / f"{model}{block}{kind}.parquet"))
                store.write(rows, given[kind][-1], {"model": model})
    templates = ["", "{{ spec.benchmark }} {{ page }}", ""]
    browse.write(tmp_path / "out", given, spec, {"benchmark": "m", "decoding": "t"}, templates)
    data = tmp_path / "out/data"
    assert all(file.stat().st_size <= 4000 for file in data.iterdir())
    listed = [values for _, values in calls(data, "list")]
    assert [(name, number, counts) for name, number, _, counts in listed] == [
        ("p/0", 0, [[16, 4, 2, "solvable"]] * 2),
        ("p 1", 1, [[16, 4, 2, "solvable"]] * 2),
    ]
    for _, number, parts, _ in listed:
        assert parts == len(list(data.glob(f"p{number}-*.js"))) > 1
        (first, (about,)), *rest = calls(data, f"p{number}")
        assert (first, about["golds"]) == ("problem", [["1"], []][number])
        assert (about["stratum"], about["guess"]) == [(None, None), ("hard", 0.01)][number]
        for model in "ab":
            (tally,) = [values[1:] for function, values in rest if function == "tally" and values[0] == model]
            assert tally == [[["1", False, 12], ["1", True, 4]], 0]
            read = [
                sample
                for function, (whose, sample) in ((f, v[:2]) for f, v in rest)
                if function == "sample" and whose == model
            ]
            assert all(sample["text"] == text for sample in read)
            of_reviews = [sample["label"] for sample in read if "label" in sample]
            assert of_reviews == ([["valid", 2, False]] if (model, number) == ("a", 0) else [])
            assert sum(sample["verdicts"][0][1] for sample in read) == 4  # every right one
            assert sum(sample["verdicts"][0][1] != sample["verdicts"][1][1] for sample in read) == 2
    assert (data / "p1-0.png").read_bytes() == b"\x89PNG data"
    assert '"lists":1' in (tmp_path / "out/index.html").read_text()


def test_a_text_without_end_is_cut_in_its_middle(monkeypatch):
    monkeypatch.setattr(browse, "MOST_CHARACTERS", 10)
    assert browse.shortened("0123456789") == "0123456789"
    assert browse.shortened("01234xx56789") == "01234\n[... 2 characters are not shown here ...]\n56789"


def test_a_right_answer_is_among_those_that_are_counted_however_rare(tmp_path):
    answers = [("often", False)] * 3 + [(f"wrong {i}", False) for i in range(9)] + [("right", True), (None, False)]
    columns = {
        "problem_id": "p",
        "answer": [a for a, _ in answers],
        "correct": [c for _, c in answers],
        "grader": "own",
    }
    store.write(pl.DataFrame(columns), tmp_path / "block.parquet", {})
    ((problem_id, tally, others),) = browse.tallies([str(tmp_path / "block.parquet")], "own")
    assert (problem_id, tally[0], tally[-1]) == ("p", ("often", False, 3), ("right", True, 1))
    assert sum(n for *_, n in tally) + others == len(answers)
