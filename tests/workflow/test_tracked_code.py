"""The closure that is tracked is what adapters really import: seen while a whole small run goes on."""

import json
import re

import pytest

from boundary import closure
from boundary.verifying import grading
from boundary.verifying.verifiers import grader_files
from conftest import tiny_config, witnessing

# what is imported where it is needed, and only then: by a look at the graders' machine, at a partial file, at memory
NEUTRAL = {
    "boundary/job.py",
    "boundary/errors.py",
    "boundary/closure.py",
    "boundary/contracts.py",
    "boundary/files/memo.py",
    "boundary/sampling/pace.py",
    "boundary/verifying/memory.py",
}


@pytest.fixture(scope="module")
def witnessed(finished, tmp_path_factory):
    """What every adapter of the finished run told, and those of a group and a top-up after it."""
    project = finished.copy(tmp_path_factory.mktemp("witnessed") / "project")
    config = tiny_config(groups={"steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}})
    config["benchmarks"]["countdown"]["topup"] = 2
    with witnessing(project.root):
        project.snakemake(config=config)
    return [json.loads(file.read_text()) for file in project.root.glob("witness-*.json")]


def tracked(told: dict) -> list[str]:
    """The scripts that a rule names for its digest, as the rule files do."""
    name = re.sub(r"_\d+$", "", told["rule"])
    name = "verify_block" if name.startswith("verify") else name
    more = [f"boundary/report/figures/{figure}.py" for figure in told["params"]["drawn"] if figure != "trend"]
    more += [f"boundary/report/tables/{table}.py" for table in told["params"]["tables"]]
    if "graders" in told["params"]:
        more = grader_files(tuple(told["params"]["graders"]))
    return [f"{name}.py", *more]


def needed_by(grader: str) -> list[str]:
    """What grading and finding answers need, and is imported where there is something to grade."""
    modules = getattr(grading.grader(grader), "PRELOAD", ())
    files = [file for file in grader_files((grader,)) if "/finding/" in file]
    return [file for one in [*files, *map(closure.module_file, modules)] for file in closure.closure(one)]


def test_every_rule_that_tracks_code_was_seen(witnessed):
    seen = {told["rule"] for told in witnessed if "code" in told["params"]}
    assert seen >= {"verify_block", "verify_topup", "summarise_curve", "count_topup", "compare", "list_undecided"}
    assert seen >= {"state_claims", "draw_figures", "make_tables", "browse_samples", "make_report"}
    drawn, tables = ({one for told in witnessed for one in told["params"][kind]} for kind in ("drawn", "tables"))
    assert (len(drawn), len(tables)) == (16, 21)


def test_the_digest_of_a_rule_covers_just_what_its_adapter_imports(witnessed):
    for told in witnessed:
        if "code" not in told["params"]:
            assert told["rule"] in {"build_benchmark", "render_prompts", "sample_block", "sample_topup"}, told["rule"]
            continue
        scripts = tracked(told)
        assert closure.library(*scripts) == told["params"]["code"], told["rule"]
        found = set(closure.closure(*scripts)) - {scripts[0]}
        loaded = set(told["loaded"]) - NEUTRAL
        later = {file for grader in told["params"].get("graders", ()) for file in needed_by(grader)}
        assert loaded <= found <= loaded | later, (told["rule"], found ^ loaded)
