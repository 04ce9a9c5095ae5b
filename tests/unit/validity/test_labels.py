"""Labels: files of reviewers, majorities, and Cohen's kappa against a worked example."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.validity.labels import SCHEMA, agreement, majority, read_labels
from boundary.validity.responses import drawn, label_id


def labels(*rows) -> pl.DataFrame:
    return pl.DataFrame([(*row, False) for row in rows], schema=SCHEMA, orient="row")


def test_the_last_label_of_a_reviewer_counts_and_a_file_names_those_who_do_not(tmp_path):
    said = [
        {"id": "a", "label": "valid", "note": "", "reviewer": "Anna", "time": "2026-01-02"},
        {"id": "a", "label": "invalid", "note": "", "reviewer": "Anna", "time": "2026-01-01"},
        {"id": "b", "label": "unsure"},
    ]
    (tmp_path / "ben.json").write_text(json.dumps(said))
    found = read_labels(tmp_path / "ben.json")
    assert sorted(found.drop("judge").rows()) == [("a", "Anna", "valid"), ("b", "ben", "unsure")]
    (tmp_path / "ben.csv").write_text('id,label,note,reviewer,time\na,valid,"of ""two"", lines\n",Anna,2026\n')
    assert read_labels(tmp_path / "ben.csv").rows() == [("a", "Anna", "valid", False)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"id": "a", "label": "good"}]', "row 1: label = 'good': must be one of valid, invalid, unsure"),
        ('[{"label": "valid"}]', "has no column 'id'"),
        ('{"id": "a"}', "not a list of labels"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, text, message):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_labels(tmp_path / "x.json")


def test_a_tie_and_a_doubt_are_no_majority():
    said = {"a": "vvi", "b": "vi", "c": "uuv", "d": "vu", "e": "i"}
    names = {"v": "valid", "i": "invalid", "u": "unsure"}
    rows = [(name, f"r{i}", names[vote]) for name, votes in said.items() for i, vote in enumerate(votes)]
    found = dict(majority(labels(*rows)).select("id", "verdict").iter_rows())
    assert found == {"a": "valid", "b": None, "c": None, "d": None, "e": "invalid"}


def test_kappa_is_cohens():
    """20, 5, 10 and 15 of 50 proposals: kappa = (0.7 - 0.5) / (1 - 0.5) = 0.4."""
    counts = {("valid", "valid"): 20, ("valid", "invalid"): 5, ("invalid", "valid"): 10, ("invalid", "invalid"): 15}
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    rows = [(str(i), name, label) for i, pair in enumerate(pairs) for name, label in zip("AB", pair, strict=True)]
    said = labels(*rows, ("alone", "A", "valid")).with_columns(problem_id=pl.col("id"))
    found = agreement(said, 0.95)
    assert found["kappa"] == pytest.approx(0.4)
    assert found["kappa_n"] == 50
    assert found["kappa_low"] < 0.2 < 0.6 < found["kappa_high"]
    one = agreement(said.filter(reviewer="A"), 0.95)
    assert (one["kappa"], one["kappa_n"]) == (None, 0)


def test_a_draw_that_is_raised_keeps_what_was_drawn_and_an_id_hangs_on_the_text():
    ids = [label_id("m", "b", "d", "p", i, "text") for i in range(50)]
    frame = pl.DataFrame({"id": ids, "problem_id": ["p"] * 50})
    few, many = drawn(frame, 3)["id"], drawn(frame, 10)["id"]
    assert many[:3].to_list() == few.to_list() != ids[:3]
    assert label_id("m", "b", "d", "p", 0, "text") == ids[0] != label_id("m", "b", "d", "p", 0, "texts")
