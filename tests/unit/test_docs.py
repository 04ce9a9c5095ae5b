"""The docs: the page of keys is that of the schema, links lead somewhere, the front page is short."""

import importlib.util
import json
import re

import pytest
import yaml

from boundary.config.resolve import resolve
from boundary.config.resolved import resolved
from boundary.config.validation import require_valid
from conftest import ROOT, tiny_config

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "config/README.md"])


def keys(name: str = "keys"):
    """A program of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_keys_is_what_the_schema_says():
    module = keys()
    assert module.page(yaml.safe_load(module.SCHEMA.read_text())) == module.PAGE.read_text(), "run: python docs/keys.py"


def test_the_table_of_formats_is_what_the_code_says():
    module = keys("formats")
    text = module.PAGE.read_text()
    assert module.page(text) == text, "run: python docs/formats.py"


def test_the_page_of_tables_is_what_the_columns_say():
    module = keys("tables")
    assert module.page() == module.PAGE.read_text(), "run: python docs/tables.py"


def test_every_key_says_what_it_means():
    rows = re.findall(r"^\| `(.*?)` \| (.*?) \|", (ROOT / "docs/keys.md").read_text(), flags=re.M)
    assert len(rows) > 150
    assert [key for key, meaning in rows if not meaning.strip()] == []


def test_every_key_of_the_configurations_has_a_row():
    """The generator must not lose what is behind a reference or an alternative."""
    known = set(re.findall(r"^\| `(.*?)` \|", (ROOT / "docs/keys.md").read_text(), flags=re.M))
    for key in (
        "seed",
        "models.*.server.url",
        "benchmarks.*.guess.below",
        "decodings.*.entropy_of.model",
        "decodings.*.cut",
        "groups.*.members.pattern",
        "prompts.*.chat",
        "engines.vllm.max_num_seqs",
        "pairs.*.decodings",
    ):
        assert key in known


def test_the_front_page_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90


def anchors(text: str) -> set[str]:
    """The anchors of a page's titles, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_titles_that_are_there(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text())
    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target.read_text()), f"{path}#{anchor}"
    named = re.findall(r"`((?:docs|config|envs|tests|resources|profiles|rules)/[\w./-]+\.\w+)`", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_figure_and_numbers_of_the_default_run_are_of_the_models_and_rules_of_today(monkeypatch):
    """Where this fails: `snakemake --cores all`, `python docs/figure.py .`, and the numbers in both pages."""
    monkeypatch.chdir(ROOT)
    module = keys("figure")
    stored = json.loads((ROOT / "resources/figures/chain.json").read_text())
    grid = module.default_run()
    assert stored["samples"] == module.identity(grid), "the default run samples something else now"
    found = module.facts(stored["counts"], grid.config["analysis"]["rate"])
    assert stored["facts"] == found, "claims are decided by other rules now"
    pages = ("README.md", "docs/reading-a-report.md")
    readme, reading = (" ".join((ROOT / page).read_text().split()) for page in pages)
    crossing, low, high = found["chain-grpo-100"]["crossing"]
    assert f"(with step 100 at k = {crossing}, 95% interval from {low} to {high})" in readme
    gained, lost = (found["chain-grpo-100"][kind][0] for kind in ("gained", "lost"))
    assert f"step 100 solves {gained:.0f} of 200 problems at 5% or more that the base never solved in 512" in readme
    assert f"step 100 solves {gained:.0f} problems at 5% or more that the base never solved in 512" in reading
    assert f"and the base {lost:.0f} that step 100 never did" in reading
    later, earlier = (found[f"chain-grpo-{step}"]["crossing"][0] for step in (30, 15))
    assert f"level at k = {crossing} (step 100), k = {later} (step 30) and k = {earlier} (step 15)" in reading


def test_the_example_of_agents_is_a_configuration_that_runs_in_a_clone(monkeypatch):
    monkeypatch.chdir(ROOT)
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/agents.md").read_text(), flags=re.S)
    config = resolve(yaml.safe_load(block), ROOT)
    assert config["decodings"]["t4"]["turns"] == 4
    assert config["models"]["agent-base"]["decodings"] == ["full", "t2", "t4"]
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
    require_valid(config, resolved(schema))  # as an opened bundle has it


def test_every_example_of_models_behind_endpoints_is_a_configuration():
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/endpoints.md").read_text(), flags=re.S)
    assert len(blocks) == 6
    for block in blocks:
        models = yaml.safe_load(block)["models"]
        config = resolve(tiny_config(models=models, pairs=[]), ROOT)
        assert config["models"].keys() == models.keys()
