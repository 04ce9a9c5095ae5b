"""Changes of mind: whatever is changed and changed back, nothing is sampled twice, and files are as of a straight run.

One walk through a small run. An engine that counts stands before the real one.
"""

import json
import shutil

import polars as pl
import pytest

from boundary.files import store
from conftest import fresh_project, tiny_config

COUNTING = '''"""The transformers engine, counting what it samples."""

import os
from pathlib import Path

from boundary.sampling.engines import transformers


class Engine(transformers.Engine):
    def generate(self, requests, decoding):
        for responses in super().generate(requests, decoding):
            with open("sampled.txt", "a") as file:
                file.write("x" * len(responses))
            yield responses
'''
PLACE = "results/samples/{}/chain/t0.6"
ALL = 2 * 6 * 4  # models, problems, samples of a problem


def config(**changes) -> dict:
    model = {"weights": "weights", "prompt": "chain"}
    settled = {
        "engine": "counting",
        "models": {"one": dict(model), "other": {"weights": "resources/zoo/chain-grpo/step-15", "prompt": "chain"}},
        "benchmarks": {"chain": {"problems": 6, "samples": 4, "block": 2}},
        "decodings": {"t0.6": {"temperature": 0.6, "top_p": 0.95, "max_tokens": 48}},
        "pairs": [],
    }
    return tiny_config(**settled) | changes


def change(place: str, key: str, value) -> dict:
    changed = json.loads(json.dumps(config()))
    entry = changed
    for part in place.split("/"):
        entry = entry[part]
    entry[key] = value
    return changed


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = fresh_project(tmp_path_factory.mktemp("walk") / "project")
    project.path("workflow/scripts/boundary/sampling/engines/counting.py").write_text(COUNTING)
    ending = '    "vllm": Kind("vllm.yaml", parallel=True, scores=True),\n'
    added = f'{ending}    "counting": Kind("workflow.yaml", parallel=False),\n'
    project.edit("workflow/scripts/boundary/sampling/engines/__init__.py", ending, added)
    shutil.copytree(project.path("resources/zoo/chain-base"), project.path("weights"))
    return project


def run(project, settings: dict, target: str = "samples") -> int:
    """Run to a target; how many samples the engine made."""
    counter = project.path("sampled.txt")
    counter.unlink(missing_ok=True)
    project.snakemake(target, config=settings)
    return len(counter.read_text()) if counter.exists() else 0


def frames(project, stage: str = "samples", model: str = "one") -> pl.DataFrame:
    """The samples, or verdicts, of the blocks of `config()`."""
    folder = project.path(PLACE.format(model).replace("samples", stage))
    return pl.concat([pl.read_parquet(folder / f"{block}.parquet") for block in ("0000-0001", "0002-0003")])


def test_nothing_is_sampled_twice_whatever_is_changed_and_changed_back(project):
    assert run(project, config(), "verdicts") == ALL
    straight, verdicts = frames(project), frames(project, "verdicts")

    def as_before() -> None:
        assert run(project, config()) == 0
        assert frames(project).drop("cumulative_logprob").equals(straight.drop("cumulative_logprob"))

    # temperature, seed, prompt
    for changed in (
        change("decodings/t0.6", "temperature", 0.7),
        config(seed=7),
        config(prompts={"chain": "{question} :  "}),
    ):
        assert run(project, changed) == ALL
        as_before()

    # weights, and back
    mine = project.path("weights/model.safetensors")
    original = mine.read_bytes()
    shutil.copy(project.path("resources/zoo/chain-grpo/step-30/model.safetensors"), mine)
    assert run(project, config()) == ALL / 2
    mine.write_bytes(original)
    as_before()

    # fewer tokens, and more again
    assert run(project, change("decodings/t0.6", "max_tokens", 24), "results/tables/passk.csv") == 0
    table = pl.read_csv(project.path("results/tables/passk.csv"))
    assert (table["cut_samples"] > 0).all()
    as_before()

    # a block of another size, n lowered and raised
    changed = change("benchmarks/chain", "block", 4)
    assert run(project, changed) == 0
    assert run(project, change("benchmarks/chain", "samples", 2)) == 0
    assert run(project, change("benchmarks/chain", "samples", 6)) == ALL / 2
    as_before()

    # a model removed and brought back
    alone = config()
    del alone["models"]["other"]
    assert run(project, alone) == 0
    as_before()

    # a typo that no GPU has to find out
    output = project.snakemake("samples", config=change("decodings/t0.6", "max_tokens", 100_000), fails=True)
    assert "decodings.t0.6.max_tokens = 100000: the context of models.one has 256 tokens" in output
    as_before()

    # a file that was set aside, put back by hand over another one
    hot = change("decodings/t0.6", "temperature", 0.7)
    assert run(project, hot) == 0
    block = project.path(PLACE.format("one")) / "0000-0001.parquet"
    aside = project.root / "aside.parquet"
    shutil.copy(block, aside)
    as_before()
    for kept in block.parent.glob(".0000-0001.*.parquet"):
        if store.about(kept)["spec"]["decoding"]["temperature"] == 0.7:
            kept.unlink()  # the only copy is now the one that lies aside
    block.unlink()
    shutil.copy(aside, block)
    assert run(project, config()) == 0
    assert run(project, hot) == 0
    as_before()

    # all of it copied to another folder, where no file has two names any more
    moved = project.copy(project.root.parent / "moved")
    assert run(moved, config()) == 0
    assert run(moved, hot) == 0

    # .snakemake lost there, when all that was made of the samples is of this setting again
    assert run(moved, config(), "results/tables/passk.csv") == 0
    shutil.rmtree(moved.path(".snakemake"))
    assert run(moved, config(), "verdicts") == 0
    assert frames(moved).drop("cumulative_logprob").equals(straight.drop("cumulative_logprob"))
    assert frames(moved, "verdicts").equals(verdicts)


def test_a_renamed_model_finds_the_samples_of_its_old_name(project):
    run(project, config())
    straight = frames(project)
    renamed = config()
    renamed["models"] = {"new name".replace(" ", "-"): renamed["models"]["one"], "other": renamed["models"]["other"]}
    assert run(project, renamed) == 0
    assert frames(project, model="new-name").equals(straight)  # seeds too
    assert run(project, renamed) == 0

    both = config()
    both["models"]["new-name"] = both["models"]["one"]
    output = project.snakemake("samples", config=both, fails=True)
    assert "models 'one' and 'new-name' would hold the same samples or random numbers" in output

    raised = json.loads(json.dumps(renamed))
    raised["benchmarks"]["chain"]["samples"] = 6
    run(project, raised)  # some of these were sampled before, under the old name
    assert frames(project, model="new-name").filter(pl.col("sample_index") < 4).equals(straight)
    assert run(project, config()) == 0  # and back


def test_two_names_with_equal_weights_never_share_samples(project):
    run(project, config())
    twins = config()
    weights = twins["models"].pop("one")
    twins["models"] |= {"left": weights, "right": weights}
    shutil.rmtree(project.path("results/samples/new-name"), ignore_errors=True)
    sampled = run(project, twins)
    assert sampled == ALL / 2  # one of the two takes over what is there
    left, right = (set(frames(project, model=name)["seed"]) for name in ("left", "right"))
    assert not left & right


def test_the_dry_run_says_what_is_sampled_and_why(project):
    run(project, config())
    output = project.snakemake("--dry-run", "samples", config=change("decodings/t0.6", "temperature", 0.8))
    assert "(12 are sampled: temperature was 0.6, is 0.8)\n" in output  # and nothing else of the job
    output = project.snakemake("--dry-run", "samples", config=change("benchmarks/chain", "samples", 8))
    assert "6 of 12" in output or "12 are sampled" in output
    output = project.snakemake("--dry-run", "samples", config=change("benchmarks/chain", "block", 1))
    assert "all 6 samples are kept, nothing is sampled" in output
