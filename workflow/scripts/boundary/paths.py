"""Where results lie, each pattern once, and which of them a job reads. Knows the grid and nothing about rules.

A path is the identity that people read: model, benchmark, decoding and block by name. Light: runs at parse time.
"""

import os
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from boundary.files.locations import is_folder, is_hub_id
from boundary.grid import PROGRAM, SIDES, Grid, is_sampled, sides
from boundary.zoo.recipes import is_reinforced, root_of, seeds_of, start_of

CURVE = "{model}/{benchmark}/{decoding}"
PAIR = "{base}-vs-{tuned}/{benchmark}/{decoding}"

BENCHMARK = "results/benchmarks/{benchmark}.parquet"
BENCHMARK_DOWNLOAD = "results/downloads/benchmarks/{benchmark}.json"
WEIGHTS_DOWNLOAD = "results/downloads/models/{model}.json"
ADAPTER_DOWNLOAD = "results/downloads/adapters/{model}.json"
MADE_WEIGHTS = "results/downloads/models/{model}/"  # of a GGUF file
PROMPTS = "results/prompts/{model}/{benchmark}.parquet"
SAMPLES = f"results/samples/{CURVE}/{{block}}.parquet"
VERDICTS = f"results/verdicts/{CURVE}/{{block}}.parquet"
EXPORT = f"results/export/{CURVE}.jsonl"  # samples with their verdicts, for other tools, as lm-eval writes them
EXPORT_LOG = f"results/export/{CURVE}.eval"  # and as a log of Inspect
COUNTS = f"results/counts/{CURVE}.parquet"
ANSWERS = f"results/answers/{CURVE}.parquet"  # wrong ones
GRADERS = f"results/graders/{CURVE}.parquet"  # where they disagree
GOLDS = "results/golds/{benchmark}.parquet"  # what graders make of gold answers
FALSE_ACCEPTS = "results/false_accepts/{benchmark}.parquet"
GUESSES = "results/guesses/{benchmark}.parquet"  # of a model that is asked for the answer alone
CONTAMINATION = "results/contamination/{benchmark}.parquet"
PASSK = f"results/passk/{CURVE}.parquet"
DIVERSITY = f"results/diversity/{CURVE}.parquet"
METRICS = f"results/metrics/{CURVE}.parquet"
BEYOND = f"results/beyond/{CURVE}/curve.parquet"
FIT = f"results/beyond/{CURVE}/fit.parquet"
OVERLAP = f"results/pairs/{PAIR}/overlap.parquet"
SETS = f"results/pairs/{PAIR}/sets.parquet"
DIFFERENCE = f"results/pairs/{PAIR}/difference.parquet"
CROSSING = f"results/pairs/{PAIR}/crossing.parquet"
MEASURES = f"results/pairs/{PAIR}/measures.parquet"
CHOICES = f"results/pairs/{PAIR}/choices.parquet"
TREND = "results/groups/{group}/{benchmark}/{decoding}.parquet"
SCORES = f"results/likelihood/{CURVE}/{{writer}}.parquet"  # what a model makes of a writer's responses
MATCHED = f"results/matched/{CURVE}.parquet"  # the temperature of a decoding that has none of its own
ENTROPY = f"results/entropy/{CURVE}.parquet"
LIKELIHOOD = f"results/pairs/{PAIR}/likelihood.parquet"
RESPONSES = f"results/pairs/{PAIR}/responses.parquet"  # their perplexities, one by one
EXPLORED = f"results/truth/responses/{CURVE}.parquet"  # what a model writes, with its exact probability
EXPLORED_VERDICTS = f"results/truth/verdicts/{CURVE}.parquet"
RATES = f"results/truth/rates/{CURVE}.parquet"  # of success, exact up to bounds
RARE = (
    "results/validity/responses/{benchmark}/{decoding}.parquet"  # correct ones to problems that a model rarely solves
)
SHEET = "results/review/{benchmark}/{decoding}.html"  # for people
SHEET_KEY = "results/review/{benchmark}/{decoding}.parquet"  # which model each of its responses is of
SHEET_QUESTIONS = "results/review/{benchmark}/{decoding}.jsonl"  # a benchmark for a model that judges them
VALIDITY = "results/validity/judged/{benchmark}/{decoding}/models.parquet"
COT_PASSK = "results/validity/judged/{benchmark}/{decoding}/curves.parquet"
JUDGED = "results/validity/judged/{benchmark}/{decoding}/problems.parquet"
UNDECIDED = "results/topup/plan/{benchmark}/{decoding}.parquet"
FIGURE = "results/figures/{benchmark}/{decoding}/"
AXIS_FIGURE = "results/figures/{benchmark}/"  # of a group along decodings
RUN_FIGURE = "results/figures/"  # of the run as a whole
TABLE = "results/tables/"
CLAIMS = "results/claims.json"
BUNDLE = "results/bundle.tar.gz"
CLAIMS_TABLE = "results/tables/claims.parquet"
CLAIMS_TEXT = "results/tables/claims.rst"
FINDINGS = "results/tables/findings.csv"
FINDINGS_PARTS = "results/tables/findings_parts.parquet"
REPORT = "results/report.html"
WORKFLOW_REPORT = "results/workflow_report.html"  # Snakemake's own
BROWSE = "results/browse/{benchmark}/{decoding}"  # pages on which samples are read
BROWSE_FILES = f"{BROWSE}.txt"  # what there is in there
TRAINED = "results/trained/{recipe}/seed-{seed}"
STEP = f"{TRAINED}/step-{{step}}"  # weights, or an adapter
TRAINING = "results/training/{recipe}/seed-{seed}.parquet"  # the log
VERDICT_CACHE = "results/cache/{benchmark}.sqlite"


def topup(pattern: str) -> str:
    """The same result of the extra samples that undecided problems get."""
    return pattern.replace("results/", "results/topup/", 1)


def log(pattern: str) -> str:
    """The log of the job that makes a result."""
    return "logs/" + _stem(pattern) + ".log"


def benchmark(pattern: str) -> str:
    """Snakemake's measurements of the job that makes a result."""
    return "benchmarks/" + _stem(pattern) + ".jsonl"


def _stem(pattern: str) -> str:
    return os.path.splitext(pattern.removeprefix("results/"))[0]


def beside_workflow(root: Path, path: str) -> str:
    """A file of the workflow itself as seen from the working folder; unchanged where that is the workflow's own."""
    return os.path.relpath(root / path)


def only(pattern: str, places: list[dict[str, str]]) -> dict[str, str]:
    """The constraint of the first wildcard of `pattern` by which it matches at these places alone.

    pattern: a part of a path, a regular expression between its wildcards, such as `{benchmark}/{decoding}/`.
    """
    start, bracket, rest = pattern.partition("}")
    if not bracket:
        return {}
    first = start.removeprefix("{")
    escaped = ({name: re.escape(value) for name, value in place.items()} for place in places)
    return {first: "|".join(f"{place[first]}(?={rest.format(**place)})" for place in escaped) or "(?!)"}


class Inputs:
    """The files that a job reads, by the wildcards of its rule."""

    def __init__(self, grid: Grid):
        self.grid = grid

    # --- from the configuration --------------------------------------------------------------------------------------

    def benchmark_source(self, benchmark: str) -> str | list:
        """The file that a benchmark is made of, or the manifest of its download."""
        entry = self.grid.benchmarks[benchmark]
        if self.grid.opened:
            return []
        if entry["source"] in ("hub", "url"):
            return BENCHMARK_DOWNLOAD.format(benchmark=benchmark)
        return entry["file"] if entry["source"] == "file" else []

    def weights_download(self, model: str, **_) -> list[str]:
        """The manifest of a model's weights, where they are fetched from a hub or made of a GGUF file: once, under the
        name of the first model that has them."""
        weights = None if self.grid.opened else self.grid.models[model].get("weights")
        if weights is None or is_folder(weights):
            return []
        first = next(name for name, entry in self.grid.models.items() if entry.get("weights") == weights)
        return [WEIGHTS_DOWNLOAD.format(model=first)]

    def adapter_download(self, model: str, **_) -> list[str]:
        """The manifest of a model's adapter, where it is fetched from a hub."""
        found = is_hub_id(self.grid.models[model].get("adapter", "")) and not self.grid.opened
        return [ADAPTER_DOWNLOAD.format(model=model)] if found else []

    @property
    def anything_to_download(self) -> bool:
        return any("weights" in model and not is_folder(model["weights"]) for model in self.grid.models.values())

    @property
    def any_adapter_to_download(self) -> bool:
        return any(is_hub_id(model.get("adapter", "")) for model in self.grid.models.values())

    def chat_weights(self, model: str, benchmark: str) -> list[str]:
        """`weights_download` where the prompt is a chat, which their tokenizer renders."""
        return self.weights_download(model) if self.grid.is_chat(model, benchmark) else []

    def chat_prompts(self, model: str, benchmark: str, **_) -> list[str]:
        """The prompts of a model, where they cannot be rendered from a template alone."""
        return [PROMPTS.format(model=model, benchmark=benchmark)] if self.grid.is_chat(model, benchmark) else []

    def every_prompt(self) -> list[str]:
        pairs = dict.fromkeys((m, b) for m, b, _ in self.grid.own_curves if is_sampled(self.grid.models[m]))
        return [PROMPTS.format(model=model, benchmark=benchmark) for model, benchmark in pairs]

    def responses(self, model: str, benchmark: str, **_) -> list[str]:
        files = self.grid.models[model]["responses"]["files"][benchmark]
        return [] if self.grid.opened else [files] if isinstance(files, str) else files

    def counted(self, model: str, benchmark: str, **_) -> str | list:
        return [] if self.grid.opened else self.grid.models[model]["counts"]["files"][benchmark]

    # --- trainings ---------------------------------------------------------------------------------------------------

    def training_start(self, recipe: str, seed: str) -> list[str]:
        """What there must be before a recipe is trained: the training that it goes on from, or the weights fetched."""
        start = start_of(self.grid.config["recipes"], recipe)
        if "recipe" in start:
            return [TRAINED.format(**start)]
        return self.weights_download(start["model"]) if start else []

    def trained(self, model: str, **_) -> list[str]:
        """The training that a model's weights come from."""
        training = self.grid.models[model].get("training")
        return [TRAINED.format(**training)] if training and not self.grid.opened else []

    def seeds_of_recipe(self, recipe: str) -> list[str]:
        """Every training of a recipe, by the seeds that it names."""
        return [TRAINED.format(recipe=recipe, seed=seed) for seed in seeds_of(self.grid.config["recipes"][recipe])]

    def every_training(self, pattern: str) -> list[str]:
        """A file of every training that models of the run come from, with those that these started from."""
        return [pattern.format(**training) for training in self._trainings]

    @cached_property
    def _trainings(self) -> list[dict]:
        """{recipe, seed} of `every_training`."""
        models = {} if self.grid.opened else self.grid.models
        waiting = [entry["training"] for entry in models.values() if "training" in entry]
        found = []
        while waiting:
            training = waiting.pop(0)
            own = {key: training[key] for key in ("recipe", "seed")}
            found += [own] if own not in found else []
            start = start_of(self.grid.config["recipes"], training["recipe"])
            waiting += [start] if "recipe" in start else []
        return found

    def every_reinforced(self, pattern: str) -> list[str]:
        """`every_training` by reinforcement learning."""
        recipes = self.grid.config["recipes"]
        return [
            pattern.format(**training) for training in self._trainings if is_reinforced(recipes[training["recipe"]])
        ]

    def every_model_of_the_zoo(self) -> list[str]:
        """Every training of a recipe that began from nothing."""
        recipes = self.grid.config["recipes"]
        own = [name for name in recipes if root_of(recipes, name) is None]
        return [path for name in own for path in self.seeds_of_recipe(name)]

    # --- of one model ------------------------------------------------------------------------------------------------

    def of_blocks(self, pattern: str, model: str, benchmark: str, decoding: str) -> list[str]:
        """A file of every block of samples."""
        found = self.grid.blocks(model, benchmark)
        return [pattern.format(model=model, benchmark=benchmark, decoding=decoding, block=block) for block in found]

    def of_readable_blocks(self, pattern: str, model: str, benchmark: str, decoding: str) -> list[str]:
        """`of_blocks`, without those whose samples are gone for good: a job that reads samples goes on without them."""
        names = {"model": model, "benchmark": benchmark, "decoding": decoding}
        return [pattern.format(block=block, **names) for block in self.grid.readable_blocks(**names)]

    def cut_source(self, model: str, benchmark: str, decoding: str, block: str) -> str:
        """The block of samples that another one is cut from."""
        source = self.grid.config["decodings"][decoding]["cut"]
        return SAMPLES.format(model=model, benchmark=benchmark, decoding=source, block=block)

    def topup_verdicts(self, model: str, benchmark: str, decoding: str) -> list[str]:
        pattern, found = topup(VERDICTS), self.grid.topup_blocks(model, benchmark)
        return [pattern.format(model=model, benchmark=benchmark, decoding=decoding, block=block) for block in found]

    # --- of a condition ----------------------------------------------------------------------------------------------

    def of_models(self, pattern: str, benchmark: str, decoding: str) -> list[str]:
        """A file of every model that has a curve under a condition."""
        return self._of_curves(pattern, self.grid.models_of(benchmark, decoding), benchmark, decoding)

    def of_shown(self, pattern: str, benchmark: str, decoding: str) -> list[str]:
        """`of_models` or `of_pairs`, with the runs of one recipe together."""
        models, pairs = self.grid.with_runs(benchmark, decoding)
        if "{model}" in pattern:
            return self._of_curves(pattern, models, benchmark, decoding)
        return self._of_comparisons(pattern, [(*pair, benchmark, decoding) for pair in pairs])

    def every_shown(self, pattern: str) -> list[str]:
        """`every_curve`, and one of every recipe whose runs are shown together."""
        together = [path for condition in self.grid.conditions for path in self.of_shown(pattern, *condition)]
        return list(dict.fromkeys(self.every_curve(pattern) + together))

    def of_group_models(self, pattern: str, group: str, benchmark: str, decoding: str) -> list[str]:
        models = self.grid.group_models(self.grid.group(group), benchmark, decoding)
        return self._of_curves(pattern, models, benchmark, decoding)

    def _of_curves(self, pattern: str, models: list[str], benchmark: str, decoding: str) -> list[str]:
        own = self.grid.decoding_of
        curves = [(model, benchmark, own(model, benchmark, decoding)) for model in models]
        return [
            pattern.format(model=m, benchmark=b, decoding=d) for m, b, d in curves if self._of_curve(pattern, m, b, d)
        ]

    def browsed(self, pattern: str, benchmark: str, decoding: str) -> list[str]:
        """A file of every block of every model whose samples can be read under a condition."""
        own = self.grid.decoding_of
        models = self.grid.browsed_models(benchmark, decoding)
        curves = ((model, benchmark, own(model, benchmark, decoding)) for model in models)
        return [path for curve in curves for path in self.of_readable_blocks(pattern, *curve)]

    def every_browsed(self, pattern: str) -> list[str]:
        """A file of every condition whose samples can be read."""
        conditions = (c for c in self.grid.conditions if self.grid.is_browsed(*c))
        return [pattern.format(benchmark=benchmark, decoding=decoding) for benchmark, decoding in conditions]

    def of_pairs(self, pattern: str, benchmark: str, decoding: str) -> list[str]:
        """A file of every pair that is compared under a condition."""
        comparisons = [(*pair, benchmark, decoding) for pair in self.grid.pairs_of(benchmark, decoding)]
        return self._of_comparisons(pattern, comparisons)

    def of_group_members(self, pattern: str, group: str, benchmark: str, decoding: str) -> list[str]:
        found = self.grid.group(group)
        members = self.grid.members_of(found, benchmark, decoding)
        if pattern in (LIKELIHOOD, RESPONSES) and not self.grid.is_scored_group(found["title"]):
            return []
        return self._of_comparisons(pattern, [(m["base"], m["tuned"], benchmark, decoding) for m in members])

    def of_axis_models(self, pattern: str, group: str, benchmark: str) -> list[str]:
        """A file of base and tuned model of every member of a group along decodings, member by member."""
        members = self.grid.axis_members(self.grid.group(group), benchmark)
        found = [(m[side], own) for m in members for side, own in zip(SIDES, sides(m["decoding"]), strict=True)]
        return [pattern.format(model=model, benchmark=benchmark, decoding=own) for model, own in found]

    def of_axis_members(self, pattern: str, group: str, benchmark: str) -> list[str]:
        members = self.grid.axis_members(self.grid.group(group), benchmark)
        return [pattern.format(benchmark=benchmark, **member) for member in members]

    def of_graded(self, pattern: str, benchmark: str, **names) -> list[str]:
        """A file of a benchmark; what its graders do wrong is asked of the whole of a subset."""
        of_whole = pattern in (FALSE_ACCEPTS, GOLDS)
        return [pattern.format(benchmark=self.grid.whole_of(benchmark) if of_whole else benchmark, **names)]

    def of_benchmark(self, pattern: str, benchmark: str) -> list[str]:
        """A file of every curve on a benchmark."""
        curves = [curve for curve in self.grid.curves if curve[1] == benchmark]
        return [pattern.format(model=model, benchmark=b, decoding=d) for model, b, d in curves]

    def paired(self, benchmark: str, decoding: str) -> dict[str, list[str]]:
        """What says n and c of every model of a pair under a condition, and hangs on nothing that is estimated.

        Model by model, of a subset on the whole: `verdicts_i`, or `counts_i` where there are counts alone. `problems`:
        those of a subset.
        """
        whole, files = self.grid.whole_of(benchmark), {}
        for place, model in enumerate(self.grid.paired_models(benchmark, decoding)):
            if "counts" in self.grid.models[model]:
                files[f"counts_{place}"] = [COUNTS.format(model=model, benchmark=whole, decoding=decoding)]
            else:
                files[f"verdicts_{place}"] = self.of_blocks(VERDICTS, model, whole, decoding)
        return files | {"problems": [] if whole == benchmark else [BENCHMARK.format(benchmark=benchmark)]}

    def reviewed(self, benchmark: str, decoding: str) -> dict[str, list[str]]:
        """The counts of every model whose responses under a condition are reviewed; of each in turn, its blocks."""
        curves = [(model, benchmark, decoding) for model in self.grid.compared_models(benchmark, decoding)]
        files = {"counts": [COUNTS.format(model=m, benchmark=b, decoding=d) for m, b, d in curves]}
        for place, curve in enumerate(curves):
            files |= {f"samples_{place}": self.of_readable_blocks(SAMPLES, *curve)}
            files |= {f"verdicts_{place}": self.of_readable_blocks(VERDICTS, *curve)}
        return files

    def label_files(self, benchmark: str, **_) -> list[str]:
        """The files of labels on the responses to a benchmark."""
        return [source for source in self.grid.label_sources(benchmark) if source != PROGRAM]

    # --- of screening ------------------------------------------------------------------------------------------------

    def screened(self, pattern: str, benchmark: str, **_) -> list[str]:
        """The file that says which problems of a benchmark, or of the whole of a subset, are guessable or contaminated.

        None where nothing was asked. pattern: GUESSES or CONTAMINATION.
        """
        whole = self.grid.whole_of(benchmark)
        asked = {
            GUESSES: "guess" in self.grid.benchmarks[whole],
            CONTAMINATION: whole in self.grid.config.get("contamination", {}).get("benchmarks", ()),
        }
        return [pattern.format(benchmark=whole)] if asked[pattern] else []

    def every_screened(self, pattern: str) -> list[str]:
        return list(dict.fromkeys(path for name in self.grid.benchmarks for path in self.screened(pattern, name)))

    def guess_counts(self, benchmark: str) -> str:
        """The counts of the model whose samples are a benchmark's guesses."""
        guess = self.grid.benchmarks[benchmark]["guess"]
        return COUNTS.format(model=guess["model"], benchmark=benchmark, decoding=guess["decoding"])

    def guesses_at_others(self, pattern: str, benchmark: str) -> list[str]:
        """A file of what a model answered to all problems, where that to the others is its guess at each."""
        guess = self.grid.benchmarks[benchmark]["guess"]
        names = {"model": guess["model"], "benchmark": benchmark, "decoding": guess["decoding"]}
        return [pattern.format(**names)] if "answers" in guess else []

    def of_whole(self, pattern: str, benchmark: str, **curve) -> str:
        """A file of the benchmark that a subset is of, or that a probe asks about."""
        entry = self.grid.benchmarks[benchmark]
        return pattern.format(benchmark=entry.get("of") or entry["probe_of"], **curve)

    def chosen_by(self, benchmark: str) -> str:
        """The file by which a subset is chosen."""
        entry = self.grid.benchmarks[benchmark]
        by = {"guessable": GUESSES, "contaminated": CONTAMINATION}
        return self.screened(by[entry.get("drop") or entry["keep"]], benchmark)[0]

    def probe(self, benchmark: str) -> list[str]:
        """The benchmark that asks for the rest of a benchmark's questions, where there is one."""
        return list(dict.fromkeys(BENCHMARK.format(benchmark=on) for _, on, _ in self.grid.probe_curves(benchmark)))

    def probe_samples(self, benchmark: str) -> list[str]:
        """The samples of every model that was asked for the rest of a benchmark's questions."""
        return [path for curve in self.grid.probe_curves(benchmark) for path in self.of_blocks(SAMPLES, *curve)]

    def training_prompts(self) -> list[str]:
        """The file of training prompts that questions are looked for in, where one is named."""
        asked = self.grid.config.get("contamination", {})
        return [asked["training"]] if "training" in asked and not self.grid.opened else []

    def every_subset(self) -> list[str]:
        return [BENCHMARK.format(benchmark=benchmark) for benchmark in self.grid.subsets]

    # --- of a pair ---------------------------------------------------------------------------------------------------

    def side_counts(self, side: str, benchmark: str, decoding: str, **pair) -> str:
        """The counts of one side of a pair."""
        own = sides(decoding)[SIDES.index(side)]
        return COUNTS.format(model=pair[side], benchmark=benchmark, decoding=own)

    def of_runs(self, pattern: str, model: str, **names) -> list[str]:
        """A file of every run that a curve is of: of a single model one file."""
        return [pattern.format(model=run, **names) for run in self.grid.runs_of(model)]

    def runs_counts(self, side: str, decoding: str, **pair) -> list[str]:
        """The counts of every run of one side of a pair: of a single model one file."""
        runs = self.grid.runs_of(pair[side])
        return [self.side_counts(side, decoding=decoding, **pair | {side: model}) for model in runs]

    def side_topup(self, side: str, benchmark: str, decoding: str, **pair) -> list[str]:
        """The extra counts of one side of a pair, where the benchmark's `topup` asks for them."""
        alike = decoding in self.grid.config["decodings"]  # across decodings the sides got no extra samples together
        sampled = alike and not self.grid.is_cut(decoding)
        if not sampled or not all(self.grid.topup_blocks(pair[s], benchmark) for s in SIDES):
            return []
        return [topup(COUNTS).format(model=pair[side], benchmark=benchmark, decoding=decoding)]

    def of_comparison(self, parts: tuple[str, ...], **names) -> dict[str, list[str]]:
        """What some parts of a comparison are made of: counts of both sides, those of top-ups, problems and screens."""
        files = {side: self.runs_counts(side, **names) for side in SIDES}
        if "problems" in parts:
            files |= {f"{side}_topup": self.side_topup(side, **names) for side in SIDES}
        if "choices" in parts:
            files |= {"problems": [BENCHMARK.format(**names)]}
            files |= {
                "guesses": self.screened(GUESSES, **names),
                "contamination": self.screened(CONTAMINATION, **names),
            }
        return files

    def matched(self, model: str, benchmark: str, decoding: str, **_) -> list[str]:
        """Where the temperature is found, where the decoding says none."""
        found = "entropy_of" in self.grid.config["decodings"][decoding]
        return [MATCHED.format(model=model, benchmark=benchmark, decoding=decoding)] if found else []

    def of_base(self, files: Callable, benchmark: str, decoding: str, **_):
        """Files of the model whose entropy a decoding takes."""
        base = self.grid.config["decodings"][decoding]["entropy_of"]["model"]
        return files(model=base, benchmark=benchmark)

    # --- of scores ---------------------------------------------------------------------------------------------------

    def written(self, pattern: str, benchmark: str, decoding: str, writer: str, **_) -> list[str]:
        """A file of every block of samples that has some of those that are scored."""
        entry, most = self.grid.benchmarks[benchmark], self.grid.config["likelihood"]["samples"]
        blocks = self.of_blocks(pattern, writer, benchmark, decoding)
        return blocks[: -(-most // entry["block"])]

    def likelihoods(self, **comparison) -> dict[str, list[str]]:
        """The scores of a comparison, and for each curve they are of, numbered in their order, its verdicts."""
        scores = self.grid.scores_of(**comparison)
        files = {"scores": [SCORES.format(model=m, benchmark=b, decoding=d, writer=w) for m, b, d, w in scores]}
        for number, written in enumerate(dict.fromkeys(score[1:] for score in scores)):
            files[f"verdicts_{number}"] = self.written(VERDICTS, *written)
        return files

    def own_scores(self, model: str, **names) -> str:
        return SCORES.format(model=model, writer=model, **names)

    def _of_curve(self, pattern: str, model: str, benchmark: str, decoding: str) -> bool:
        """Whether a curve has such a file: entropies are of models that score their own responses."""
        if pattern == MATCHED:
            return bool(self.matched(model, benchmark, decoding))
        if pattern == RATES:
            return (model, benchmark, decoding) in self.grid.explored
        if pattern != ENTROPY:
            return True
        asked = self.grid.config.get("likelihood", {}).get("entropy")
        return bool(asked) and (model, benchmark, decoding, model) in self.grid.scored

    def _of_comparisons(self, pattern: str, comparisons: list[tuple[str, str, str, str]]) -> list[str]:
        """A file of every comparison that has such a one: likelihoods are of those in which something is scored, and
        what is said of single problems of those without several runs."""
        if pattern in (LIKELIHOOD, RESPONSES):
            comparisons = [comparison for comparison in comparisons if self.grid.scores_of(*comparison)]
        if pattern in (OVERLAP, SETS, CHOICES):
            comparisons = [comparison for comparison in comparisons if comparison not in self.grid.run_comparisons]
        return [pattern.format(base=b, tuned=t, benchmark=on, decoding=d) for b, t, on, d in comparisons]

    # --- of the whole run --------------------------------------------------------------------------------------------

    def every_benchmark(self, pattern: str) -> list[str]:
        return [pattern.format(benchmark=benchmark) for benchmark in self.grid.benchmarks]

    def every_whole(self, pattern: str) -> list[str]:
        """A file of every benchmark that is no subset of another."""
        wholes = (benchmark for benchmark in self.grid.benchmarks if benchmark not in self.grid.subsets)
        return [pattern.format(benchmark=benchmark) for benchmark in wholes]

    def every_curve(self, pattern: str) -> list[str]:
        curves = [curve for curve in self.grid.curves if self._of_curve(pattern, *curve)]
        return [pattern.format(model=model, benchmark=b, decoding=d) for model, b, d in curves]

    def every_block(self, pattern: str) -> list[str]:
        if pattern == SAMPLES and not self.grid.has_samples:
            return []
        of_curve = self.of_readable_blocks if pattern == SAMPLES else self.of_blocks
        return [path for curve in self._with_samples for path in of_curve(pattern, *curve)]

    def every_topup(self) -> list[str]:
        """Counts, samples and verdicts of every top-up that a comparison reads; of an opened bundle the counts."""
        names = [
            dict(zip((*SIDES, "benchmark", "decoding"), comparison, strict=True))
            for comparison in self.grid.comparisons
        ]
        counts = dict.fromkeys(path for n in names for side in SIDES for path in self.side_topup(side, **n))
        curves = dict.fromkeys(
            (n[side], n["benchmark"], n["decoding"]) for n in names for side in SIDES if self.side_topup(side, **n)
        )
        blocks = [(*curve, block) for curve in curves for block in self.grid.topup_blocks(*curve[:2])]
        of_block = [topup(pattern) for pattern in (SAMPLES, VERDICTS)] if not self.grid.opened else []
        return [
            *counts,
            *(p.format(model=m, benchmark=b, decoding=d, block=block) for p in of_block for m, b, d, block in blocks),
        ]

    def every_export(self) -> list[str]:
        patterns = (EXPORT, EXPORT_LOG)
        return [p.format(model=model, benchmark=b, decoding=d) for model, b, d in self._with_samples for p in patterns]

    @property
    def _with_samples(self) -> list[tuple[str, str, str]]:
        """The curves that are more than counts of their own."""
        return [curve for curve in self.grid.own_curves if "counts" not in self.grid.models[curve[0]]]

    def every_served_block(self, pattern: str) -> list[str]:
        """Every block of the models that a server already runs."""
        served = [c for c in self.grid.own_curves if "server" in self.grid.models[c[0]] and not self.grid.is_cut(c[2])]
        return [path for curve in served for path in self.of_blocks(pattern, *curve)]

    def every_pair(self, pattern: str) -> list[str]:
        return self._of_comparisons(pattern, self.grid.comparisons)

    def every_claimed(self, pattern: str) -> list[str]:
        """`every_pair`, or `every_comparison`, without those of samples that are cut: the same ones under lower limits
        make no claims of their own."""
        return self._of_comparisons(pattern, [c for c in self.grid.every_comparison if not self.grid.is_cut(c[3])])

    def every_claimed_curve(self, pattern: str) -> list[str]:
        """A file of either side of everything that claims are about."""
        claimed = [c for c in self.grid.every_comparison if not self.grid.is_cut(c[3])]
        curves = [
            (name, benchmark, own)
            for base, tuned, benchmark, decoding in claimed
            for name, own in zip((base, tuned), sides(decoding), strict=True)
        ]
        return [pattern.format(model=m, benchmark=b, decoding=d) for m, b, d in dict.fromkeys(curves)]

    def every_comparison(self, pattern: str) -> list[str]:
        """A file of every pair, and of every pair of which a side is several runs."""
        return self._of_comparisons(pattern, self.grid.every_comparison)

    def group_counts(self, side: str, group: str, benchmark: str, decoding: str) -> list[str]:
        """The counts of one side of every member of a group, run by run."""
        members = self.grid.members_of(self.grid.group(group), benchmark, decoding)
        pairs = ({key: member[key] for key in SIDES} for member in members)
        return [path for pair in pairs for path in self.runs_counts(side, decoding, benchmark=benchmark, **pair)]

    def every_compared_import(self, pattern: str) -> list[str]:
        """A file of the imported samples of every model that is compared."""
        if not self.grid.has_samples:
            return []
        curves = dict.fromkeys(curve for pair in self.grid.with_imports for curve in pair)
        imported = (curve for curve in curves if "responses" in self.grid.models[curve[0]])
        return [path for curve in imported for path in self.of_readable_blocks(pattern, *curve)]

    def every_group(self, pattern: str) -> list[str]:
        """A file of every group under every condition in which it has members."""
        files = {str(title): group["file"] for title, group in self.grid.groups.items() if "by" not in group}
        found = (row for row in self.grid.group_rows if row["group"] in files)
        rows = ({key: row[key] for key in ("group", "benchmark", "decoding")} for row in found)
        return list(dict.fromkeys(pattern.format(**row | {"group": files[row["group"]]}) for row in rows))

    def every_member(self, pattern: str) -> list[str]:
        return [pattern.format(**row) for row in self.grid.group_rows]

    def every_sheet(self) -> list[str]:
        return [SHEET.format(benchmark=b, decoding=d) for b, d in self.grid.reviewed_conditions]

    def every_judged(self, pattern: str) -> list[str]:
        """A file of every condition whose responses have labels."""
        return [pattern.format(benchmark=b, decoding=d) for b, d in self.grid.judged_conditions]

    def every_undecided(self) -> list[str]:
        """The list of undecided problems of every benchmark and decoding that has pairs."""
        return [
            UNDECIDED.format(benchmark=benchmark, decoding=decoding)
            for benchmark, decoding in self.grid.conditions
            if self.grid.pairs_of(benchmark, decoding)
            and decoding in self.grid.config["decodings"]
            and not self.grid.is_cut(decoding)
        ]
