"""What each addition costs, as docs/extending.md says: a file and a line, tried in a copy."""

import polars as pl
import pytest

from boundary.files import store
from conftest import tiny_config

SCRIPTS = "workflow/scripts/boundary"


def write(project, file: str, text: str) -> None:
    project.path(file).parent.mkdir(parents=True, exist_ok=True)
    project.path(file).write_text(text)


def test_a_grader_is_a_file_and_a_line(ran):
    write(
        ran,
        f"{SCRIPTS}/verifying/grading/generous.py",
        '''"""Accepts everything that is boxed."""

from boundary.verifying.answers import last_boxed
from boundary.verifying.grading import match_if

name = "generous"
version = 1
LIMITS = ("seconds",)


def extract(text, finished=True, context=None):
    return last_boxed(text)


def check_gold(gold):
    pass


def grade(gold, answer, limits=None):
    return match_if(True)
''',
    )
    line = '"countdown": ("countdown",)'
    ran.edit(f"{SCRIPTS}/verifying/verifiers.py", line, line.replace(",)", ', "generous")'))
    config = tiny_config()
    planned = ran.planned(config=config)
    assert planned["verify_block"] == 4  # of its own benchmark alone
    assert "sample_block" not in planned
    config["benchmarks"]["countdown"]["grader"] = "generous"
    ran.snakemake("passk", config=config)
    counts = pl.read_parquet(ran.path("results/counts/countdown-base/countdown/t0.6.parquet"))
    by_grader = {grader: rows["c"].sum() for (grader,), rows in counts.group_by("grader")}
    assert by_grader["generous"] > by_grader["countdown"]


def test_an_engine_is_a_file_and_a_line(project):
    write(
        project,
        f"{SCRIPTS}/sampling/engines/parrot.py",
        '''"""Repeats its prompt."""

from boundary.sampling.engines import Response


class Engine:
    def __init__(self, weights, model, options, prompts, decoding, images=False):
        self.description, self.generated = {"engine": "parrot"}, 0

    def unfinished(self):
        return []

    def generate(self, requests, decoding):
        for request in requests:
            self.generated += 1
            yield [Response(request, request.prompt, 1, "stop", -1.0)]
''',
    )
    line = '    "vllm": Kind("vllm.yaml", parallel=True, scores=True),\n'
    added = f'{line}    "parrot": Kind("workflow.yaml", parallel=False),\n'
    project.edit(f"{SCRIPTS}/sampling/engines/__init__.py", line, added)
    block = "results/samples/chain-base/chain/t0.6/0000-0001.parquet"
    project.snakemake(block, config=tiny_config(engine="parrot"))
    assert store.about(project.path(block))["made_with"] == {"engine": "parrot"}
    scored = tiny_config(likelihood={"engine": "parrot"})
    said = project.snakemake("-n", config=scored, fails=True)
    assert "likelihood.engine = 'parrot' scores no responses: must be one of transformers, vllm" in said


def test_a_figure_and_a_table_are_a_function_a_line_and_a_caption(ran):
    write(
        ran,
        f"{SCRIPTS}/report/figures/lengths.py",
        '''"""Mean length of responses."""

from matplotlib import pyplot as plt

from boundary.analysis.select import by_model


def draw(given, spec):
    figure, axes = plt.subplots()
    for name, counts in by_model(spec, given["counts"]).items():
        axes.bar(name, counts["tokens"].sum() / counts["n"].sum())
    return figure
''',
    )
    write(
        ran,
        f"{SCRIPTS}/report/tables/totals.py",
        '''"""Samples in all."""

import polars as pl


def tabulate(given, spec):
    return pl.DataFrame([result.names | {"samples": result.frame["n"].sum()} for result in given["counts"]])
''',
    )
    contents = f"{SCRIPTS}/report/contents.py"
    ran.edit(
        contents, "CORE_FIGURES = [\n", 'CORE_FIGURES = [\n    Figure("lengths", "10. Lengths", {"counts": COUNTS}),\n'
    )
    ran.edit(contents, "CORE_TABLES = [\n", 'CORE_TABLES = [\n    Table("totals", {"counts": COUNTS}),\n')
    for caption in ("lengths", "table_totals"):
        write(ran, f"workflow/report/{caption}.rst", "What it shows.\n")
    assert ran.planned(config=tiny_config()) == {"draw_figures": 2, "make_tables": 1, "make_report": 1}
    ran.snakemake(config=tiny_config())
    assert "10. Lengths" in ran.path("results/report.html").read_text()
    assert pl.read_csv(ran.path("results/tables/totals.csv"))["samples"].to_list() == [40, 40, 120]


def test_a_metric_is_a_function(ran):
    ran.append(
        f"{SCRIPTS}/analysis/metrics.py",
        "\n\n@metric\ndef always(counted):\n"
        "    yield Value('always', None, None, (counted.c == counted.n).astype(float))",
    )
    ran.snakemake("results/tables/metrics.csv", config=tiny_config())
    table = pl.read_csv(ran.path("results/tables/metrics.csv"))
    assert len(table.filter(metric="always")) == 5  # three models; three graders of one


def test_a_format_is_a_function_and_a_line(project):
    ending = '    "code_contests": code_contests,\n}'
    program = """def own(row: dict) -> dict:
    tests = {"entry_point": row["name"], "inputs": [values.dumps([1])]}
    gold = {"tests": tests, "rule": "equal", "atol": 0}
    return {"problem_id": row["name"], "question": row["ask"], "gold": gold, "solution": row["code"]}


"""
    project.edit(f"{SCRIPTS}/benchmarks/formats.py", ending, ending.replace("}", '    "own": own,\n}'))
    project.edit(f"{SCRIPTS}/benchmarks/formats.py", "FORMATS = {", f"{program}FORMATS = {{")
    write(project, "mine.jsonl", '{"name": "same", "ask": "?", "code": "def same(x):\\n    return x\\n"}\n')
    own = {"file": "mine.jsonl", "format": "own", "verifier": "code", "samples": 2, "block": 2}
    model = {"weights": "resources/zoo/chain-base", "prompt": "chain"}
    config = tiny_config(models={"mine": model}, benchmarks={"own": own}, pairs=[])
    project.snakemake("results/benchmarks/own.parquet", config=config)
    assert pl.read_parquet(project.path("results/benchmarks/own.parquet"))["problem_id"].to_list() == ["same"]


def test_a_training_algorithm_is_a_function_and_a_line_of_yaml(project):
    write(
        project,
        f"{SCRIPTS}/zoo/algorithms/half_right.py",
        '''"""Whatever is right is better by a half than what is wrong."""


def advantages(batch, recipe):
    return batch.rewards - 0.5
''',
    )
    small = {"problems": 2, "rollouts": 2, "steps": 1, "learning_rate": 0.001, "max_new_tokens": 30}
    recipe = {"task": "chain", "algorithm": "half_right", "start": {"model": "chain-base"}, **small}
    config = tiny_config(recipes={"mine": recipe})
    assert project.planned("train_mine", config=config)["train"] == 1
    project.snakemake("train_mine", config=config)
    card = project.path("results/trained/mine/seed-0/step-1/README.md").read_text()
    assert "algorithm half_right" in card
    assert pl.read_parquet(project.path("results/training/mine/seed-0.parquet"))["updates"].to_list() == [1]


AT_PARSE = {"make_report", "make_tables"}  # what knows which tables there may be


@pytest.fixture
def with_a_stage(ran):
    """A stage with a key, a spec, a result and a table: a folder, a rule file, a script, an include, some schema."""
    write(ran, f"{SCRIPTS}/lengths/__init__.py", "")
    write(
        ran,
        f"{SCRIPTS}/lengths/longest.py",
        '"""The longest response."""\n\n\ndef longest(samples):\n    return samples["tokens"].max()\n',
    )
    write(
        ran,
        "workflow/scripts/measure_lengths.py",
        '''"""Adapter of rule measure_lengths."""

import polars as pl

from boundary.files import store
from boundary.job import logged
from boundary.lengths.longest import longest

if __name__ == "__main__":
    with logged(snakemake):
        spec, about = snakemake.params.spec, dict(snakemake.wildcards.items())
        found = max(longest(store.read(snakemake.input.samples)), spec["least"])
        store.write(pl.DataFrame({"longest": [found]}), snakemake.output[0], spec, names=about)
''',
    )
    write(
        ran,
        f"{SCRIPTS}/lengths/plan.py",
        '''"""Lengths: of which curves the longest response is measured."""

from boundary.errors import InputError
from boundary.names import Curve
from boundary.paths import CURVE
from boundary.report.shown import Table
from boundary.results import Result


def _is_asked(grid, curve):
    return curve.benchmark in grid.config.get("lengths", {}).get("benchmarks", ())


LENGTHS = Result(f"results/lengths/{CURVE}.parquet", Curve, where=_is_asked)
TABLES = [Table("lengths", {"lengths": LENGTHS}, after="metrics")]


class Lengths:
    def __init__(self, grid):
        self.grid = grid

    def spec(self, benchmark, **_):
        return {"least": self.grid.config["lengths"].get("least", 0)}


def check(config, places):
    for name in config.get("lengths", {}).get("benchmarks", ()):
        if name not in config["benchmarks"]:
            raise InputError(f"config: lengths.benchmarks: {name!r} is unknown")
''',
    )
    write(
        ran,
        f"{SCRIPTS}/report/tables/lengths.py",
        '''"""The longest response of every curve."""

import polars as pl


def tabulate(given, spec):
    return pl.concat(result.named("benchmark", "decoding", "model") for result in given["lengths"])
''',
    )
    write(ran, "workflow/report/table_lengths.rst", "How long responses are.")
    write(
        ran,
        "rules/lengths.smk",
        '''"""Lengths: how long responses are."""

from boundary.lengths.plan import LENGTHS, Lengths

lengths = Lengths(grid)


rule measure_lengths:
    """The longest response of a curve."""
    input:
        samples=by_name(paths.of_blocks, grid, paths.SAMPLES),
    output:
        LENGTHS,
    log:
        paths.log(LENGTHS),
    params:
        spec=by_name(lengths.spec),
        code=library("measure_lengths.py"),
    script:
        "../workflow/scripts/measure_lengths.py"
''',
    )
    ran.edit("Snakefile", 'include: "rules/zoo.smk"\n', 'include: "rules/zoo.smk"\ninclude: "rules/lengths.smk"\n')
    ran.edit(
        "config/schemas/config.schema.yaml",
        "properties:\n  title:",
        "properties:\n  lengths: {type: object, description: of which benchmarks responses are measured}\n  title:",
    )
    return ran


def test_a_stage_is_a_folder_a_rule_file_scripts_an_include_and_a_key(with_a_stage):
    """Of the files of planning two are edited: the Snakefile and the schema."""
    table = "results/tables/lengths.csv"
    assert with_a_stage.planned(config=tiny_config()).keys() <= AT_PARSE
    asked = tiny_config(lengths={"benchmarks": ["chain"]})
    planned = with_a_stage.planned(config=asked)
    assert planned["measure_lengths"] == 1
    assert not planned.keys() & {"sample_block", "verify_block", "summarise_curve"}
    with_a_stage.snakemake(table, config=asked)
    assert with_a_stage.path(table).read_text().startswith("benchmark,decoding,model,longest\nchain,t0.6,chain-base,")
    more = asked | {"lengths": {"benchmarks": ["chain"], "least": 48}}
    assert with_a_stage.planned(table, config=more)["measure_lengths"] == 1
    with_a_stage.append(f"{SCRIPTS}/lengths/longest.py", "EDITED = True")
    assert with_a_stage.planned(table, config=asked)["measure_lengths"] == 1
    said = with_a_stage.snakemake("-n", config=tiny_config(lengths={"benchmarks": ["chan"]}), fails=True)
    assert "lengths.benchmarks: 'chan' is unknown" in said
