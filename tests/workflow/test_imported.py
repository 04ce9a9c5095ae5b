"""Samples and counts that exist already, and comparisons across decodings, through the whole workflow."""

import json

import polars as pl

from conftest import ROOT, tiny_config

PAIRS = "results/pairs/{}-vs-{}/countdown/{}"


def exported(ran, model: str) -> tuple[str, str]:
    """A finished model's samples as lists in jsonl, and its counts as a table."""
    blocks = sorted(ran.root.glob(f"results/samples/{model}/countdown/t0.6/[0-9]*.parquet"))
    samples = pl.concat(pl.read_parquet(path) for path in blocks).sort("problem_id", "sample_index")
    lists = samples.group_by("problem_id", maintain_order=True).agg("text", "finish_reason", "tokens")
    ran.path("samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lists.to_dicts()))
    pl.read_parquet(ran.path(f"results/counts/{model}/countdown/t0.6.parquet")).write_csv(ran.path("counts.csv"))
    return "samples.jsonl", "counts.csv"


def test_imported_samples_and_counts_give_what_they_gave_where_they_were_made(ran):
    samples, counts = exported(ran, "countdown-grpo-50")
    config = tiny_config()
    columns = {"problem": "problem_id", "response": "text", "finish_reason": "finish_reason", "tokens": "tokens"}
    config["models"]["copied"] = {"responses": {"files": {"countdown": samples}, **columns}}
    config["models"]["counted"] = {"counts": {"files": {"countdown": counts}}}
    config["pairs"] += [{"base": "countdown-base", "tuned": name} for name in ("copied", "counted")]
    planned = ran.planned(config=config)
    assert "sample_block" not in planned
    assert (planned["import_responses"], planned["verify_block"], planned["import_counts"]) == (1, 1, 1)
    targets = ["pairs", "results/tables/passk.csv", "results/figures/countdown/t0.6/cost.svg"]
    ran.snakemake(*targets, config=config)
    for kind in ("overlap", "difference"):
        tables = [
            pl.read_parquet(ran.path(PAIRS.format("countdown-base", name, "t0.6") + f"/{kind}.parquet"))
            for name in ("countdown-grpo-50", "copied", "counted")
        ]
        assert tables[0].equals(tables[1])
        assert tables[0].equals(tables[2])
    rows = pl.read_csv(ran.path("results/tables/passk.csv")).filter(model="counted", k=1)
    assert rows["truncated"].null_count() == 1  # what only samples could tell is not known
    assert ran.planned(*targets, config=config) == {}


def test_what_is_exported_comes_back_and_an_incomplete_pair_says_what_it_was_compared_on(ran):
    ran.snakemake("export", config=tiny_config())
    lines = ran.path("results/export/countdown-grpo-50/countdown/t0.6.jsonl").read_text().splitlines()
    assert len(lines) == 40
    one = json.loads(lines[0])["problem_id"]
    for half in range(2):  # of one problem nothing, of all others three of four samples
        kept = [line for line in lines[half::2] if json.loads(line)["problem_id"] != one]
        kept = [line for line in kept if half or json.loads(line)["sample_index"] != 0]
        ran.path(f"half-{half}.jsonl").write_text("\n".join(kept))
    config = tiny_config()
    theirs = {"files": {"countdown": "half-*.jsonl"}, "format": "lm-eval"}
    config["models"]["some"] = {"responses": theirs}
    config["pairs"].append({"base": "countdown-base", "tuned": "some"})
    assert f"no response to problem {one!r} (1 of 10 miss); add `incomplete: true`" in ran.snakemake(
        "samples", config=config, fails=True
    )
    theirs["incomplete"] = config["pairs"][1]["incomplete"] = True
    ran.snakemake(config=config)
    overlap = pl.read_parquet(ran.path(PAIRS.format("countdown-base", "some", "t0.6") + "/overlap.parquet"))
    assert set(overlap.select("n_base", "n_tuned").rows()) == {(3, 3)}
    said = "on 9 of 10 problems, which both have, with the smaller n of each: 3"
    claims = pl.read_csv(ran.path("results/tables/claims.csv"))
    assert claims["claim"].str.contains(said, literal=True).sum() == 7
    rows = pl.read_csv(ran.path("results/tables/passk.csv")).filter(model="some")
    assert rows["truncated"].null_count() == len(rows)  # lm-eval's form does not say how a response ended
    (known,) = json.loads(ran.path("results/claims.json").read_text())["comparable"]
    assert known.startswith("countdown, imported: some against ")
    assert "whether the prompts are the same is not known; temperature unknown against 0.6" in known


def test_counts_of_problems_that_are_only_named(project):
    table = "problem,n,solved\nI-1,8,{}\nI-2,8,4\nI-3,8,0\n"
    for name, c in (("base", 1), ("tuned", 6)):
        (project.root / f"{name}.csv").write_text(table.format(c))
    columns = {"problem": "problem", "c": "solved"}
    config = tiny_config(
        models={name: {"counts": {"files": {"published": f"{name}.csv"}, **columns}} for name in ("base", "tuned")},
        benchmarks={"published": {"file": "base.csv", "id": "problem", "verifier": "none", "samples": 8, "block": 8}},
        pairs=[{"base": "base", "tuned": "tuned"}],
    )
    project.snakemake(config=config)
    curve = pl.read_parquet(project.path("results/pairs/base-vs-tuned/published/t0.6/difference.parquet"))
    assert abs(curve["difference"][0] - 5 / 24) < 1e-12


def test_a_procedural_benchmark_is_built_without_a_download(project):
    config = tiny_config(
        models={"mine": {"weights": "resources/zoo/chain-base", "prompt": "chain"}},
        benchmarks={
            "puzzle": {"reasoning_gym": "countdown", "problems": 2, "seed": 1, "verifier": "reasoning_gym"}
            | {"samples": 2, "block": 2}
        },
        pairs=[],
    )
    project.snakemake("results/benchmarks/puzzle.parquet", config=config)
    assert pl.read_parquet(project.path("results/benchmarks/puzzle.parquet"))["problem_id"][0] == "countdown-00000"


def test_published_numbers_stand_beside_ours(project):
    """With the paper's own Table 4 given as counts, every problem agrees, and coverage is the published one."""
    solved = pl.read_csv(ROOT / "resources/published/arxiv-2504.13837-solved.csv").filter(source="Table 4")
    names = ("qwen2.5-7b", "simplerl-qwen2.5-7b")
    for name in names:
        rows = solved.filter(model=name).select("problem_id", n=1024, c=pl.col("solved").cast(int))
        rows.write_csv(project.path(f"{name}.csv"))
    config = tiny_config(
        models={name: {"counts": {"files": {"aime24": f"{name}.csv"}}} for name in names},
        benchmarks={
            "aime24": {"file": f"{names[0]}.csv", "id": "problem_id", "verifier": "none"}
            | {"samples": 1024, "block": 256}
        },
        pairs=[{"base": names[0], "tuned": names[1]}],
    )
    project.snakemake("results/tables/published.csv", "results/tables/published_problems.csv", config=config)
    ours = pl.read_csv(project.path("results/tables/published.csv"))
    assert sorted(ours["ours"].round(4)) == [0.6333, 0.7667]
    assert ours["inside"].all()
    problems = pl.read_csv(project.path("results/tables/published_problems.csv"))
    assert len(problems) == 60
    assert problems["agrees"].all()


def test_a_pair_across_two_decodings(ran):
    config = tiny_config()
    config["decodings"]["t1.0"] = {"temperature": 1.0, "top_p": 0.95, "max_tokens": 48, "benchmarks": ["countdown"]}
    config["models"] = {
        "countdown-base": {"decodings": ["t0.6"]},
        "countdown-grpo-50": {},
        "chain-base": {},
    }
    config["pairs"].append({"base": "countdown-base", "tuned": "countdown-grpo-50", "decodings": ["t0.6", "t1.0"]})
    config["groups"] = {
        "hot": {"base": "countdown-base", "decodings": ["t0.6-vs-t1.0"], "members": {"GRPO": "countdown-grpo-50"}}
    }
    planned = ran.planned("hot", config=config)
    assert planned["sample_block"] == 2  # of the tuned model alone
    assert planned["compare"] == 1
    figures = [f"results/figures/countdown/t0.6-vs-t1.0/{figure}.svg" for figure in ("passk", "transitions")]
    ran.snakemake("hot", *figures, config=config)
    across = pl.read_parquet(
        ran.path(PAIRS.format("countdown-base", "countdown-grpo-50", "t0.6-vs-t1.0") + "/overlap.parquet")
    )
    hot = pl.read_parquet(ran.path("results/counts/countdown-grpo-50/countdown/t1.0.parquet"))
    cold = pl.read_parquet(ran.path("results/counts/countdown-base/countdown/t0.6.parquet"))
    assert across["c_tuned"].sum() == hot["c"].sum()
    assert across["c_base"].sum() == cold["c"].sum()
    for figure in (*figures, "results/figures/countdown/t0.6-vs-t1.0/group-hot.svg"):
        assert ran.path(figure).exists()


def test_the_papers_grid_is_planned_and_every_figure_is_a_target(project):
    file = project.path("config/paper.yaml")
    arguments = ["--configfile", str(file.relative_to(project.root))]
    planned = project.planned(*arguments)
    assert planned["download_benchmark"] == 14
    assert planned["download_model"] == 18  # of 20 models, three of which are one base under three prompts
    assert planned["sample_block"] == planned["verify_block"] > 200
    for target in ("figure2", "figure12", "figure17", "table4"):
        assert set(project.planned(target, *arguments)) >= {"sample_block", "compare", "draw_figures"}
