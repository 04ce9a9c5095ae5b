"""Several prompts of one model, and prompts with examples."""

import json
import shutil

import polars as pl
import pytest
import yaml

from boundary.analysis.plan import Analysis
from boundary.analysis.plan_claims import Claims
from boundary.config.resolve import resolve
from boundary.errors import InputError
from boundary.grid import Grid
from boundary.paths import COUNTS, SAMPLES
from boundary.report.texts import model_notes
from boundary.sampling.plan import Sampling
from boundary.sampling.prompts import require_other_examples
from conftest import ROOT, tiny_config

OWN = {"own": "{question} please"}


def resolved(beside=ROOT, prompts=OWN, **models):
    config = tiny_config(prompts=prompts)
    config["models"] |= {name: (config["models"].get(name) or {}) | entry for name, entry in models.items()}
    return resolve(config, ROOT, beside=beside)


@pytest.fixture(autouse=True)
def _there(monkeypatch):
    monkeypatch.chdir(ROOT)


def specs(config):
    """What decides the samples of every block, by its file."""
    grid, sampling = Grid(config), Sampling(Grid(config))
    return {SAMPLES.of(block): repr(sampling.spec(**block._asdict())) for block in grid.every_block}


def test_a_further_prompt_adds_its_own_samples_and_changes_none():
    before = specs(resolved())
    after = specs(resolved(**{"countdown-base": {"prompts": ["own", "countdown", "chain"]}}))
    assert after.items() > before.items()
    new = {path.split("/")[2] for path in after.keys() - before.keys()}
    assert new == {"countdown-base.own", "countdown-base.chain"}
    assert not any("prompts" in entry for entry in resolved()["models"].values())


def test_the_order_of_prompts_decides_nothing_where_the_own_one_is_named():
    one, other = (
        resolved(**{"countdown-base": {"prompt": "countdown", "prompts": prompts}})
        for prompts in (["own", "countdown", "chain"], ["chain", "countdown", "own"])
    )
    assert yaml.safe_dump(one, sort_keys=False) == yaml.safe_dump(other, sort_keys=False)
    assert one["prompts_of"]["countdown-base"] == {
        "chain": "countdown-base.chain", "countdown": "countdown-base", "own": "countdown-base.own",
    }  # fmt: skip
    assert one["models"]["countdown-base.chain"]["label"].endswith(", chain")


def test_without_a_prompt_the_first_is_the_models_own():
    weights = {"weights": "resources/zoo/countdown-base", "benchmarks": ["countdown"]}
    config = resolved(mine=weights | {"prompts": ["own", "chain"]})
    assert config["models"]["mine"]["prompt"] == {"countdown": "own"}
    assert config["models"]["mine.chain"]["prompt"] == {"countdown": "chain"}
    assert "prompts" not in config["models"]["mine"]


def test_a_model_of_the_run_that_is_that_combination_is_used():
    entry = {"weights": "resources/zoo/countdown-base", "benchmarks": ["countdown"]}
    config = resolved(mine=entry | {"prompts": ["own", "chain"]}, same=entry | {"prompt": "chain", "label": "the same"})
    assert config["prompts_of"]["mine"] == {"own": "mine", "chain": "same"}
    assert "mine.chain" not in config["models"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"prompts": ["own"]}, "'countdown' must be one of them"),
        ({"prompts": ["countdown", "ownn"]}, "did you mean 'own'"),
        ({"prompt": {"default": "own"}, "prompts": ["own", "countdown"]}, "by benchmark"),
        ({"prompts": []}, "prompts"),
    ],
)
def test_prompts_that_mean_nothing_are_refused(entry, said):
    with pytest.raises(InputError, match=said):
        resolved(**{"countdown-base": entry})


def test_another_model_of_the_name_that_a_prompt_would_have_is_refused():
    weights = {"weights": "resources/zoo/chain-base", "prompt": "chain", "benchmarks": ["chain"]}
    with pytest.raises(InputError, match=r"there is a model 'countdown-base\.own' already"):
        resolved(**{"countdown-base.own": weights, "countdown-base": {"prompts": ["own", "countdown"]}})


ROWS = [
    {"question": "1 + 1", "answer": 2},
    {"question": "2 + 3", "answer": "\\boxed{5}"},
    {"question": "x", "answer": 9},
]


def few(tmp_path, rows=ROWS, name="few.jsonl", form="box", **entry):
    (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    shots = {"file": name, "count": 2} | entry.pop("shots", {})
    config = tiny_config(prompts={"few": {"text": "Q: {question}\nA: ", "shots": shots} | entry})
    config["answer_forms"] = {"few": form} if form else {}
    return resolve(config, ROOT, beside=tmp_path)


def test_examples_stand_before_the_question_with_answers_in_the_prompts_form(tmp_path):
    config = few(tmp_path)
    assert config["prompts"]["few"] == "Q: 1 + 1\nA: \\boxed{2}\n\nQ: 2 + 3\nA: \\boxed{5}\n\nQ: {question}\nA: "
    assert config["shots"] == {"few": ["1 + 1", "2 + 3"]}
    assert few(tmp_path, form=None, shots={"count": 1, "end": "\n"})["prompts"]["few"].startswith(
        "Q: 1 + 1\nA: 2\nQ: {"
    )


def test_only_the_rows_that_are_used_are_the_prompt(tmp_path):
    first = few(tmp_path)
    other = tmp_path / "elsewhere"
    other.mkdir()
    second = few(other, rows=[*ROWS[:2], {"question": "y", "answer": 1}, {"question": "z"}], name="many.jsonl")
    assert first["prompts"] == second["prompts"]


def test_a_chat_has_its_examples_as_turns(tmp_path):
    (tmp_path / "few.csv").write_text("asked,said\n1 + 1,2\n")
    shots = {"file": "few.csv", "count": 1, "question": "asked", "answer": "said"}
    config = tiny_config(prompts={"few": {"chat": "{question}?", "shots": shots}})
    entry = resolve(config, ROOT, beside=tmp_path)["prompts"]["few"]
    assert entry["shots"] == [["1 + 1?", "2"]]


@pytest.mark.parametrize(
    ("rows", "shots", "said"),
    [
        (ROWS, {"count": 4}, "has 3 rows"),
        (ROWS, {"file": "none.jsonl"}, "there is no such file"),
        (ROWS, {"answer": "solution"}, "no text or number in column 'solution'"),
        ([ROWS[0], ROWS[0]], {}, "same question"),
        ([{"question": "{question}", "answer": 1}, ROWS[1]], {}, "would be filled in"),
    ],
)
def test_examples_that_cannot_be_used_are_refused(tmp_path, rows, shots, said):
    with pytest.raises(InputError, match=said):
        few(tmp_path, rows=rows, shots=shots)


def test_an_example_that_is_asked_is_refused():
    problems = pl.DataFrame({"problem_id": ["p1", "p2"], "question": ["3 + 4", "What is\n1 + 1?"]})
    require_other_examples(problems, ["1 + 1", "4 + 3"], "model m")
    with pytest.raises(InputError, match="example 2 of its prompt is problem 'p2'"):
        require_other_examples(problems, ["4 + 3", "what is 1 + 1? "], "model m")


def test_a_claim_about_the_best_prompt_needs_a_base_with_several():
    config = tiny_config(analysis={"claims": ["best_prompt"]}, prompts=OWN)
    with pytest.raises(InputError, match="no base of a pair has a second prompt or decoding"):
        resolve(config, ROOT)
    config["models"]["countdown-base"] = {"prompts": ["countdown", "own"]}
    grid = Grid(resolve(config, ROOT))
    (comparison,) = grid.comparisons
    assert grid.asked(comparison) == ["best_prompt"]
    spec = Analysis(grid).choices(*comparison)
    assert spec["others"] == {"base": [["own", "t0.6"]], "tuned": []}
    assert spec["own"] == {"base": ["countdown", "t0.6"], "tuned": [None, "t0.6"]}
    assert COUNTS.of(comparison.curves[0]._replace(model="countdown-base.own")) in [
        *Analysis(grid).of_comparison(("choices",), **comparison._asdict())["base_others"]
    ]
    assert set(comparison.pair) == set(Grid(resolve(config, ROOT)).paired_models(*comparison.condition))


def test_a_checkpoint_with_another_chat_template_than_its_base_is_named(tmp_path):
    for name in ("countdown-base", "countdown-grpo-50"):
        shutil.copytree(ROOT / "resources/zoo/countdown-base", tmp_path / name)
        (tmp_path / name / "chat_template.jinja").write_text(name)
    config = tiny_config()
    config["models"] |= {name: {"weights": str(tmp_path / name)} for name in ("countdown-base", "countdown-grpo-50")}
    spec = Claims(Grid(resolve(config, ROOT))).spec()
    assert spec["other_templates"] == {"countdown-grpo-50": "countdown-base"}
    assert "chat templates of countdown-grpo-50 and countdown-base differ" in model_notes(spec)
    assert "other_templates" not in Claims(Grid(resolve(tiny_config(), ROOT))).spec()
