"""Multiple choice: what a row may look like, the order of options, and the chance of a guess."""

import json

import polars as pl
import pytest

from boundary.benchmarks.build import build
from boundary.benchmarks.choices import problem
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.verifying.grading import Limits
from conftest import ROOT, tiny_config

ENTRY = {"source": "file", "question": "q", "verifier": "choice", "seed": 7, "choices": "o", "answer": "a"}
COLUMNS = {"choices": ["right", "wrong"], "answer": "right"}


def built(tmp_path, row: dict, **changes) -> dict:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"q": "Which?"} | row) + "\n")
    frame, flags = build("b", ENTRY | changes, [file], Limits())
    assert flags == {}
    found = frame.row(0, named=True)
    return found | json.loads(found["gold"])


@pytest.mark.parametrize(
    ("row", "changes", "rate"),
    [
        ({"o": ["u", "v", "w"], "a": "B"}, {}, 1 / 3),
        ({"o": ["u", "v", "w"], "a": "(b)"}, {}, 1 / 3),
        ({"o": ["u", "v", "w"], "a": 1}, {}, 1 / 3),
        ({"o": ["u", None, "v"], "a": 2}, {}, 1 / 2),  # a place counts what is empty too
        ({"o": ["u", "v", "w"], "a": "v"}, {}, 1 / 3),
        ({"o": '["u", "v"]', "a": "v"}, {}, 1 / 2),  # as a csv file has a list
        ({"o": ["v", "u", "v", "w"], "a": "A"}, {}, 2 / 4),  # either of two that say the same
        ({"right": "v", "wrong": "u"}, COLUMNS, 1 / 2),
    ],
)
def test_every_way_to_say_the_right_option(tmp_path, row, changes, rate):
    found = built(tmp_path, row, **changes)
    rights = [text for letter, text in zip("ABCD", found["options"], strict=False) if letter in found["answers"]]
    assert set(rights) == {"v"}
    assert found["guess_rate"] == rate
    assert found["question"] == "Which?\n\n" + "\n".join(
        f"{letter}. {text}" for letter, text in zip("ABCD", found["options"], strict=False)
    )


@pytest.mark.parametrize(
    ("row", "changes", "message"),
    [
        ({"o": ["B", "v"], "a": "B"}, {}, "'B' is a letter and the text of another option"),
        ({"o": ["u", "v"], "a": "C"}, {}, "'C' is neither a letter nor the text of an option"),
        ({"o": ["u", "v"], "a": 2}, {}, "answer 2 is the place of none of 2 options"),
        ({"o": ["u", None], "a": "A"}, {}, "it has 1 options"),
        ({"o": ["u", ""], "a": "B"}, {}, "it has 1 options"),
        ({"o": ["u", "v", None], "a": 2}, {}, "the right option is empty"),
        ({"o": "u or v", "a": "A"}, {}, "column 'o' holds no list of options"),
        ({"o": ["u", "u"], "a": "A"}, {}, "all its options are 'u'"),
        ({"right": "v"}, COLUMNS, "no column 'wrong'"),
    ],
)
def test_a_row_that_does_not_say_it_is_refused_by_number(tmp_path, row, changes, message):
    with pytest.raises(InputError, match=f"row 1.*{message}"):
        built(tmp_path, row, **changes)


def test_the_order_hangs_on_seed_and_problem_alone_and_every_place_is_as_likely():
    one = problem("p", "q", list("abcd"), 0, 1)
    assert one == problem("p", "q", list("abcd"), 0, 1)
    orders = {tuple(problem(str(i), "q", list("abcd"), 0, 1)["gold"]["options"]) for i in range(400)}
    assert len(orders) == 24
    letters = pl.Series([problem(str(i), "q", list("abcd"), 0, 1)["answers"][0] for i in range(4000)])
    assert all(abs(count - 1000) < 4 * 27.4 for count in letters.value_counts()["count"])  # four standard errors


def test_a_choice_needs_its_options_and_a_seed_and_a_file_keeps_them(tmp_path):
    own = {"file": str(tmp_path / "rows.csv"), "samples": 4, "block": 2}
    (tmp_path / "rows.csv").write_text("Question\n")
    config = tiny_config(benchmarks={"gpqa-diamond": own}, pairs=[])
    config["models"] = {"chain-base": {"benchmarks": ["gpqa-diamond"], "prompt": "choice"}}
    entry = resolve(config, ROOT)["benchmarks"]["gpqa-diamond"]
    assert (entry["seed"], len(entry["choices"]), entry["publish"]) == (2311, 4, False)
    for lost in ("seed", "choices"):
        mine = {"question": "q", "answer": "a", "verifier": "choice", "seed": 1, "choices": "o"} | own
        mine.pop(lost)
        with pytest.raises(InputError, match=lost):
            resolve(config | {"benchmarks": {"mine": mine}, "models": {"chain-base": {"prompt": "choice"}}}, ROOT)
