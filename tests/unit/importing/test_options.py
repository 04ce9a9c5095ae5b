"""The order of options of imported multiple choice, which every row must state."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.importing.options import asked, order_of
from boundary.importing.responses import responses
from boundary.verifying.finding.choice import chosen

OPTIONS = ["17 m/s", "42 m/s", "none of the above", "4.2 km"]  # as a benchmark shuffled them
PROBLEMS = pl.DataFrame({"problem_id": ["a"], "question": ["How fast?"], "options": [OPTIONS]})
THEIRS = ["42 m/s", "4.2 km", "17 m/s", "none of the above"]
ORDER = [OPTIONS.index(text) for text in THEIRS]
SHOWN = "How fast?\n" + "\n".join(f"({letter}) {text}" for letter, text in zip("ABCD", THEIRS, strict=True))


@pytest.mark.parametrize(
    ("stated", "prompt"),
    [
        (THEIRS, ""),
        ({"text": THEIRS, "label": list("ABCD")}, ""),
        (None, SHOWN),
        (None, SHOWN.replace("(", "").replace(") ", ". ") + "\nAnswer with a letter."),
        (None, f"Example: one? A. x\nB. y\nC. z\nD. w\nAnswer: A\n\n{SHOWN}\n\nLet's think."),
    ],
)
def test_an_order_is_read_from_a_list_or_from_the_prompt(stated, prompt):
    assert order_of(stated, [prompt], OPTIONS) == ORDER


@pytest.mark.parametrize(
    ("stated", "prompt", "message"),
    [
        (None, "How fast?", "in which order the options stood"),
        (None, SHOWN.replace("4.2 km", "5 km"), "in which order the options stood"),
        (THEIRS[:3], "", "lists 3 options of 4: '17 m/s' is missing|lists 3 options of 4"),
        ([*THEIRS[:3], "5 km"], "", "'5 km', which is none of the benchmark's"),
    ],
)
def test_an_order_that_is_not_stated_is_refused(stated, prompt, message):
    with pytest.raises(ValueError, match=message):
        order_of(stated, [prompt], OPTIONS)


def test_imported_letters_are_those_of_the_order_that_their_row_states(tmp_path):
    rows = [{"id": "a", "r": r"\boxed{A}", "shown": shown} for shown in (THEIRS, OPTIONS)]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    columns = {"problem": "id", "response": "r", "choice": True}
    found = responses([file], columns | {"options": "shown"}, PROBLEMS)
    assert found["order"].to_list() == [ORDER, [0, 1, 2, 3]]
    letters = [chosen(text, OPTIONS, order) for text, order in found.select("text", "order").iter_rows()]
    assert letters == ["B", "A"]
    with pytest.raises(InputError, match=r"row 1: does not say in which order .* `options` next to `files`"):
        responses([file], columns, PROBLEMS)


def test_the_question_without_its_options_is_what_a_prompt_is_searched_for(tmp_path):
    gold = json.dumps({"answers": ["B"], "options": OPTIONS})
    row = {"problem_id": "a", "question": "How fast?\n\nA. 17 m/s", "gold": gold, "verifier": "choice"}
    file = tmp_path / "built.parquet"
    pl.DataFrame([row | {"metadata": json.dumps({"stem": "How fast?"})}]).write_parquet(file)
    assert asked(file, choice=True).equals(PROBLEMS)
    assert asked(file, choice=False).equals(PROBLEMS.select("problem_id", question=pl.lit(row["question"])))
