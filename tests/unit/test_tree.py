"""Promises about the tree itself: short files, and linters that find nothing."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from conftest import ROOT


def test_the_snakefile_is_a_table_of_contents_and_rule_files_are_short():
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
    for file in (ROOT / "rules").glob("*.smk"):
        assert len(file.read_text().splitlines()) <= 160, file.name


def test_every_rule_has_a_docstring_and_every_working_rule_a_log_and_a_benchmark():
    text = "\n".join(file.read_text() for file in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")])
    rules = re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S)
    assert len(rules) > 15
    for name, body in rules:
        assert body.lstrip().startswith('"""'), name
        if "script:" in body:
            assert "    log:\n" in body, name
            assert "    benchmark:\n" in body or name in ("plan", "pin", "prompts", "help", "golds"), (
                name
            )  # a file would keep them from running again
        assert "    run:" not in body, name


def test_functions_in_rule_files_are_short_and_adapters_ask_the_configuration_nothing():
    for file in [ROOT / "Snakefile", *(ROOT / "rules").glob("*.smk")]:
        for function in re.findall(r"^ *def .*?(?=^\S|^$|\Z)", file.read_text(), flags=re.M | re.S):
            assert len(function.strip().splitlines()) <= 5, function
    for file in (ROOT / "workflow/scripts").glob("*.py"):
        text = file.read_text()
        assert "snakemake.config" not in text, file.name
        assert len(text.partition('if __name__ == "__main__":')[2].strip().splitlines()) <= 15, file.name


def test_the_folders_of_unit_tests_are_those_of_the_library():
    library = {path.name for path in (ROOT / "workflow/scripts/boundary").iterdir() if path.is_dir()} - {"__pycache__"}
    tests = {path.name for path in (ROOT / "tests/unit").iterdir() if path.is_dir()} - {"__pycache__"}
    assert tests <= library


@pytest.mark.ci
def test_every_test_is_in_pytest_or_in_what_it_leaves_to_ci():
    commands = re.findall(r"^pytest.*", (ROOT / ".ci/run").read_text(), flags=re.M)
    assert commands == ["pytest", "pytest -m ci"]
    assert (
        "-m 'not ci'"
        in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["addopts"]
    )
    command = [sys.executable, "-m", "pytest", "-m", "ci or not ci", "--collect-only", "-q", "-n", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    collected = re.findall(r"^tests/\S+?::[^\[\s]+", done.stdout, flags=re.M)
    written = {
        f"{file.relative_to(ROOT)}::{node.name}"
        for file in ROOT.glob("tests/**/*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert set(collected) == written


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ruff", "check", "."],
        ["-m", "ruff", "format", "--check", "."],
        ["-m", "mypy"],
        ["-m", "snakefmt", "--check", "Snakefile", "rules"],
        ["-m", "snakemake", "--lint"],
    ],
    ids=lambda command: " ".join(command[1:3]),
)
def test_linters_find_nothing(command):
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
