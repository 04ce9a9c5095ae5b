"""The pins: exact, complete, without URLs, and the same in pip and conda files."""

import re

import pytest
import yaml

from conftest import ROOT

ENVS = ROOT / "envs"
PIN_FILES = sorted(ENVS.glob("requirements*.txt"))


def pins(path) -> dict[str, str]:
    return dict(line.split("==") for line in path.read_text().split())


@pytest.mark.parametrize("path", PIN_FILES, ids=lambda path: path.name)
def test_every_line_is_an_exact_pin_without_a_url(path):
    for line in path.read_text().splitlines():
        assert re.fullmatch(r"[a-z0-9.\-]+==[A-Za-z0-9.!]+", line), line


@pytest.mark.parametrize(
    ("conda", "pip"), [("workflow.yaml", "requirements.txt"), ("vllm.yaml", "requirements-vllm.txt")]
)
def test_conda_environments_hold_the_same_pins(conda, pip):
    (pip_part,) = [d["pip"] for d in yaml.safe_load((ENVS / conda).read_text())["dependencies"] if isinstance(d, dict)]
    assert pip_part == (ENVS / pip).read_text().split()


def test_direct_dependencies_are_pinned_and_shared_pins_agree():
    main = pins(ENVS / "requirements.txt")
    for name in re.findall(r"^[a-z0-9\-]+", (ENVS / "core.in").read_text(), flags=re.M):
        assert name in main
    assert main.items() <= pins(ENVS / "requirements-dev.txt").items()
    for path in PIN_FILES:
        if path.name.removeprefix("requirements-") in ("smollm2.txt", "llamacpp.txt", "images.txt"):  # beside one
            continue
        assert {name: pins(path)[name] for name in ("torch", "transformers", "snakemake", "polars")} == {
            name: main[name] for name in ("torch", "transformers", "snakemake", "polars")
        }


def installed(text: str) -> tuple[list[str], list[str]]:
    """The commands that install: without the names of packages, without the pins; and the packages of the system."""
    text = text.replace("\\\n", "")
    system = re.findall(r"(DEBIAN_FRONTEND=\S+ apt-get install(?: -\S+)*)((?: +[a-z][\w-]*)+)", text)
    pins_of = re.findall(r"^(?:RUN | *)(pip install -q -r) envs/requirements[\w-]*\.txt$", text, flags=re.M)
    return [command for command, _ in system] + pins_of, [name for _, names in system for name in names.split()]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Dockerfile", "RUN pip install -q -r envs/requirements.txt\n"),
        ("vllm.Dockerfile", "RUN pip install -q -r envs/requirements-vllm.txt\n"),
        ("apptainer.def", "    pip install -q -r envs/requirements.txt\n"),
        ("vllm.def", "    pip install -q -r envs/requirements-vllm.txt\n"),
    ],
)
def test_containers_install_as_ci_does(name, line):
    text = (ENVS / "containers" / name).read_text()
    commands, packages = installed((ROOT / ".ci/run").read_text())
    assert len(commands) == 2
    assert installed(text) == (commands, ["bubblewrap"])
    assert "bubblewrap" in packages
    assert line in text
