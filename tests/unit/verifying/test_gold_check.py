"""What graders make of golds, and of wrong answers to other problems."""

import json

import polars as pl

from boundary.verifying.false_accepts import false_accepts
from boundary.verifying.gold_check import check_golds, comparing, near_misses, spellings
from boundary.verifying.grading import Limits


def problems(*golds: str) -> pl.DataFrame:
    rows = [(f"p{i}", json.dumps({"answers": [gold]})) for i, gold in enumerate(golds)]
    return pl.DataFrame(rows, schema=["problem_id", "gold"], orient="row")


def test_a_number_has_many_spellings_and_near_misses():
    written = dict(spellings("4.5e33"))
    assert written["scientific with times"] == "4.5 \\times 10^{33}"
    assert written["scientific with E"] == "4.5E33"
    assert dict(spellings("1234"))["thousands with braced commas"] == "1{,}234"
    assert dict(spellings("-0.5"))["fraction"] == "-\\frac{1}{2}"
    missed = dict(near_misses("4.5e33"))
    assert missed == {
        "sign flipped": "-4.5e33",
        "last digit changed": "4.5e34",
        "exponent off by one": "4.5 \\times 10^{34}",
    }
    assert not list(near_misses("\\text{east}"))


def test_a_sound_grader_passes_and_the_papers_does_not():
    tries = check_golds(problems("4.5e33", "50", "5000", "x+1"), ["mathematics", "boxed", "paper"], Limits(), workers=2)
    assert set(tries["grader"]) == {"mathematics", "paper"}  # boxed compares as mathematics does
    failed = tries.filter(~pl.col("passed"))
    assert set(failed["grader"]) == {"paper"}
    assert failed.filter(kind="other problem").select("gold", "answer").rows() == [("50", "5000"), ("5000", "50")]
    assert comparing(["code", "tolerant", "reported", "countdown"]) == []
    assert not len(check_golds(problems("(1+2)"), ["countdown"], Limits(), workers=1))  # no mathematics to be spelled
    assert not len(check_golds(problems(), ["mathematics"], Limits(), workers=1))


def test_wrong_answers_are_tried_on_other_problems():
    rows = [("p0", "mathematics", "\\boxed{3}"), ("p0", "mathematics", "\\boxed{8}")]
    rows += [("p0", "paper", "8"), ("p1", "paper", "1")]
    wrong = pl.DataFrame(rows, schema=["problem_id", "grader", "answer"], orient="row")
    found = false_accepts(problems("1", "800", "3"), wrong, ["mathematics", "paper"], Limits(), workers=1)
    rows = {row["grader"]: row for row in found.iter_rows(named=True)}
    assert rows["mathematics"]["accepted"] == 0
    assert rows["mathematics"]["tried"] == 3  # 3 and 3 are written alike: not tried
    assert rows["paper"]["pairs"] == ["8 for 800"]
    assert rows["paper"]["accepted"] == 1
