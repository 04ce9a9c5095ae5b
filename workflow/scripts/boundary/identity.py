"""Identity: the few facts that decide what a job's output is, as dicts of plain builtins.

Each rule gets one such dict as its `spec`, and its script makes the output from that alone. Snakemake reruns a job when
it changes, and the same dict is written into the file's metadata. GPU counts, batch sizes and places of weights never
enter. The order of keys counts: Snakemake compares text. Light: runs at parse time.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from boundary import paths
from boundary.behind import CHOICES, CURVES, PROBLEMS
from boundary.closure import library
from boundary.config.trainings import SUPERVISED, start_model
from boundary.files.known_digests import (
    code_digest,
    file_digest,
    gguf_digest,
    images_digest,
    tokenizer_digest,
    weights_digest,
)
from boundary.files.locations import is_folder, is_gguf
from boundary.grid import PROGRAM, SIDES, Grid, is_sampled, tokenizer_source
from boundary.sampling.templates import is_chat
from boundary.verifying.verifiers import VERIFIERS, grader_files
from boundary.zoo.recipes import start_of, steps_of

# raise one of these on purpose when a change of code changes what it names
BENCHMARK_PROTOCOL = 2  # the problems
IMPORT_PROTOCOL = 1  # how responses and counts of others are read
SAMPLING_PROTOCOL = 1  # the samples
CUT_PROTOCOL = 1  # those that are cut from others
MATCHING_PROTOCOL = 1  # the temperature at which entropies are equal
SCORING_PROTOCOL = 1  # what models make of responses
TRAINING_PROTOCOL = 2  # weights that are trained here
GGUF_PROTOCOL = 1  # how weights are made of a GGUF file
EXPLORING_PROTOCOL = 1  # exact probabilities of responses
PROBE_PROTOCOL = 1  # how questions are cut in two

OF_BENCHMARK = ("source", "verifier", "task", "problems", "seed", "id", "question", "answer", "filter", "hub", "files")
OF_BENCHMARK += ("url", "format", "tolerance", "precision", "type", "transform", "part", "image", "stratum")
OF_BENCHMARK += ("reasoning_gym", "options", "set", "largest")
CAPTIONED = ("level", "guess_floor", "note", "sampled_guesses", "labels")
OF_DOWNLOAD = ("hub", "files", "url", "sha256")
CHANGE_NO_WEIGHTS = {"checkpoints", "seeds", "measured", "start", "prompt"}  # of a recipe; the last two stand elsewhere


class Specs:
    """The spec of every job, by the wildcards of its rule."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    # --- up to the samples -------------------------------------------------------------------------------------------

    def benchmark_download(self, benchmark: str) -> dict:
        """Where the files of a benchmark are; of a hub, with their commit."""
        entry = self.grid.benchmarks[benchmark]
        return {key: entry[key] for key in OF_DOWNLOAD if key in entry}

    def benchmark(self, benchmark: str) -> dict:
        """What decides the problems of a benchmark."""
        entry = self.grid.benchmarks[benchmark]
        if benchmark in self.grid.subsets:
            return {key: entry[key] for key in ("of", "drop", "keep") if key in entry}
        if benchmark in self.grid.probes:
            return {"protocol": PROBE_PROTOCOL} | {key: entry[key] for key in ("probe_of", "share")}
        spec = {"protocol": BENCHMARK_PROTOCOL} | {key: entry[key] for key in OF_BENCHMARK if key in entry}
        if entry["source"] == "file":
            spec["sha256"] = file_digest(entry["file"])
            if "image" in entry and (shown := images_digest(Path(entry["file"]), entry["image"])):
                spec["images"] = shown  # of those that the file names only
        return spec

    def unreadable_golds(self, benchmark: str, **_) -> dict:
        """kept: problems whose gold answer need not be read, or `keep` for all. sampled: whether it has samples.

        Decides no problem, and is no part of what a benchmark is made of: samples depend on that.
        """
        sampled = any(Path(paths.SAMPLES.partition("{")[0]).glob(f"*/{benchmark}/*/*.parquet"))
        return {"kept": self.grid.benchmarks[benchmark].get("unreadable_golds", []), "sampled": sampled}

    def weights(self, model: str) -> str:
        """Weights that are fetched or made before they are used, as their manifest names them."""
        return weights_identity(self.grid.models[model]["weights"])

    def adapter(self, model: str) -> str:
        return self.grid.models[model]["adapter"]

    def template(self, model: str, benchmark: str) -> str | dict:
        return self.config["prompts"][self.grid.models[model]["prompt"][benchmark]]

    def prompts(self, model: str, benchmark: str) -> dict:
        """What decides the prompts of a model on a benchmark, given its problems."""
        template = self.template(model, benchmark)
        if not is_chat(template):
            return {"template": template}
        return {"template": template, "tokenizer": self._tokenizer(model)}

    def _tokenizer(self, model: str) -> str:
        source = tokenizer_source(self.grid.models[model])
        return tokenizer_digest(source) if is_folder(source) else weights_identity(source)

    def sample(self, model: str, benchmark: str, decoding: str, **_) -> dict:
        """What decides the samples of a model under a decoding, given their prompts, which are compared by hash.

        Of samples or counts that exist already: the file or files they come from, and how they are read.
        """
        entry = self.grid.models[model]
        for origin in ("responses", "counts"):
            if origin in entry:
                columns = {key: column for key, column in entry[origin].items() if key not in ("files", "extraction")}
                files = entry[origin]["files"][benchmark]
                digest = file_digest(files) if isinstance(files, str) else [file_digest(file) for file in files]
                return {"protocol": IMPORT_PROTOCOL, origin: {"sha256": digest, **columns}}
        chosen = self.config["decodings"][decoding]
        if "cut" in chosen:
            return self._cut(self.sample(model, benchmark, chosen["cut"]), model, chosen["max_tokens"])
        return {
            "protocol": SAMPLING_PROTOCOL,
            "seed": self.config["seed"],
            "model": self._model(model, benchmark),
            "decoding": self._decoding(model, benchmark, decoding),
        }

    def training(self, recipe: str, seed: str) -> dict:
        """What decides the weights of a training after each of its steps.

        How many steps there are does not, unless the learning rate falls towards the last one.
        """
        entry = self.config["recipes"][recipe]
        without = CHANGE_NO_WEIGHTS | (set() if "decay" in entry else {"steps"})
        spec = {"protocol": TRAINING_PROTOCOL, "recipe": {k: v for k, v in entry.items() if k not in without}}
        if "prompt" in entry:
            spec["prompt"] = self.config["prompts"][entry["prompt"]]
        start = start_of(self.config["recipes"], recipe)
        if "recipe" in start:
            spec["start"] = self._trained(start)
        elif start:
            start_model(self.config, recipe)
            spec["start"] = self.weights(start["model"])
        return spec | {"seed": int(seed)}

    def _trained(self, training: dict) -> dict:
        """What decides weights that are trained in this run: known before they are."""
        return {"trained": self.training(training["recipe"], training["seed"]), "step": training["step"]}

    def training_job(self, recipe: str, seed: str) -> dict:
        """What decides a training, which of its steps are kept, and whether their cards say how accurate they are."""
        entry = self.config["recipes"][recipe]
        measured = {"measured": True} if entry.get("measured") else {}
        return {"training": self.training(recipe, seed), "checkpoints": steps_of(entry)} | measured

    def _model(self, model: str, benchmark: str) -> dict:
        """What decides a model that is sampled here, with its prompt and stop rules."""
        entry = self.grid.models[model]
        more = {}  # what few models have: left out where it is not, so that older samples stay what they are
        trained = self._trained(entry["training"]) if "training" in entry else None
        if "adapter" in entry:
            more["adapter"] = trained or weights_identity(entry["adapter"])
        if "hf_overrides" in entry:
            more["hf_overrides"] = entry["hf_overrides"]
        if entry.get("trust_remote_code"):
            more["code"] = code_digest(entry["weights"]) if is_folder(entry["weights"]) else entry["weights"]
        own = {"weights": trained, "dtype": entry["dtype"]} if trained and "adapter" not in entry else None
        return {
            **(own or model_identity(entry)),
            "prompt": self.template(model, benchmark),
            "stop": entry["stop"],
            "stop_token_ids": entry["stop_token_ids"],
            **more,
        }

    def _decoding(self, model: str, benchmark: str, decoding: str) -> dict:
        """What a decoding says; in place of a temperature that is matched, how it is found."""
        said = {key: value for key, value in self.config["decodings"][decoding].items() if key != "benchmarks"}
        if "entropy_of" in said:
            said["entropy_of"] = self.matching(model, benchmark, decoding)
        return said

    def matching(self, model: str, benchmark: str, decoding: str) -> dict:
        """What decides the temperature at which a model is as random as another under its decoding: not the number."""
        chosen = self.config["decodings"][decoding]
        target = chosen["entropy_of"]
        said = {key: value for key, value in chosen.items() if key not in ("benchmarks", "entropy_of")}
        return {
            "protocol": MATCHING_PROTOCOL,
            "seed": self.config["seed"],
            "stream": f"{model}/{self.grid.stream_of(benchmark)}/{decoding}/pilot",
            "pilot": {key: target[key] for key in ("problems", "samples")},
            "base": {
                "model": self._model(target["model"], benchmark),
                "decoding": self._decoding(target["model"], benchmark, target["decoding"]),
            },
            "tuned": {"model": self._model(model, benchmark), "decoding": said},
        }

    def _cut(self, source: dict, model: str, max_tokens: int) -> dict:
        """What decides samples that are cut: `source`, the spec of those that they are made of, and the new limit."""
        cut = {"protocol": CUT_PROTOCOL, "max_tokens": source["decoding"]["max_tokens"]}
        if "weights" not in source["model"]:  # of a server, which does not say what its tokenizer is
            cut["tokenizer"] = self._tokenizer(model)
        return source | {"decoding": source["decoding"] | {"max_tokens": max_tokens}, "cut": cut}

    # --- verdicts ----------------------------------------------------------------------------------------------------

    def graders(self, benchmark: str, **_) -> tuple[str, ...]:
        """The graders of a benchmark, the verifier's default first; beside them one that only the benchmark names.

        Of an opened bundle without samples, those whose verdicts it has.
        """
        entry = self.grid.benchmarks[benchmark]
        if "graders" in entry:
            return tuple(entry["graders"])
        return tuple(dict.fromkeys((*VERIFIERS[entry["verifier"]], entry["grader"])))

    def verification(self, benchmark: str, model: str | None = None, **_) -> dict:
        """What decides the verdicts on samples: graders, the digest of their code, where answers are, limits."""
        graders, extraction = self.graders(benchmark), self.grid.benchmarks[benchmark]["extraction"]
        entry = self.grid.models.get(model, {})
        extraction = entry.get("responses", {}).get("extraction", extraction)
        form = self.config["answer_forms"].get(entry.get("prompt", {}).get(benchmark))
        code = library("verify_block.py", *grader_files(graders))
        units = self.grid.benchmarks[benchmark]["units"]
        reading = {"extraction": extraction, "form": form, "units": units}
        return {"graders": list(graders), "code": code, **reading, "limits": self._limits()}

    def gold_check(self, script: str, benchmark: str) -> dict:
        """What decides what graders make of gold answers, or of the wrong answers to other problems."""
        graders = self.graders(benchmark)
        return {"graders": list(graders), "code": library(script, *grader_files(graders)), "limits": self._limits()}

    def _limits(self) -> dict:
        return {key: value for key, value in self.config["verification"].items() if key != "minimum_isolation"}

    def verification_setup(self, benchmark: str, **_) -> dict:
        """What decides no verdict: the verdict cache, and the sandbox level that must be reached, if any."""
        cache = paths.VERDICT_CACHE.format(benchmark=benchmark)
        return {"cache": cache, "least": self.config["verification"].get("minimum_isolation")}

    def grader(self, benchmark: str, **_) -> str:
        """The grader whose verdicts figures and pairs use."""
        return self.grid.benchmarks[benchmark]["grader"]

    # --- screening ---------------------------------------------------------------------------------------------------

    def guesses(self, benchmark: str) -> dict:
        guess = self.grid.benchmarks[benchmark]["guess"]
        return self.intervals() | {
            "grader": self.grader(benchmark),
            "below": guess["below"],
            **({"answers": guess["answers"]} if "answers" in guess else {}),
        }

    def _guesser(self, guess: dict) -> str:
        """Who guesses, in words."""
        label = self.grid.models[guess["model"]]["label"]
        return f"the answers of {label} to other problems" if "answers" in guess else label

    def contamination(self, benchmark: str) -> dict:
        """What decides which questions are contaminated, given the samples of their probe."""
        asked, curves = self.config["contamination"], self.grid.probe_curves(benchmark)
        spec = {"models": [model for model, *_ in curves], "words": asked["words"], "overlap": asked["overlap"]}
        if "training" in asked:
            spec["training"] = {"sha256": file_digest(asked["training"]), "column": asked["column"]}
        return spec

    def subset_in_words(self, benchmark: str) -> str:
        """Which problems a subset has."""
        entry, which = self.grid.benchmarks[benchmark], ""
        if (kind := entry.get("drop") or entry["keep"]) == "guessable":
            guess = entry["guess"]
            solves = f"{self._guesser(guess)} {'get' if 'answers' in guess else 'gets'}"
            which = f"those that {solves} right in some, but less than {100 * guess['below']:g}% of its samples"
        else:
            asked = self.config["contamination"]
            which = "those that a model completes word by word from their beginning"
            if "training" in asked:
                which += (
                    f", or that share {100 * asked['overlap']:g}% or more of their {asked['words']}-word sequences "
                )
                which += "with a training prompt"
        negation = "not " if "drop" in entry else ""
        return f"the problems of {entry['of']} that are {negation}{kind} ({which})"

    # --- analysis ----------------------------------------------------------------------------------------------------

    def intervals(self, **_) -> dict:
        return {"level": self.config["analysis"]["level"]}

    def extrapolation(self, **_) -> dict:
        return self.intervals() | {"beyond": self.config["analysis"]["beyond"]}

    def summary(self) -> dict[str, dict]:
        """What decides each of the estimates that are made of a curve's counts."""
        return dict.fromkeys(("passk", "metrics", "diversity"), self.intervals()) | dict.fromkeys(
            ("beyond", "fit"), self.extrapolation()
        )

    def comparison(self, parts: tuple[str, ...], **names) -> dict[str, dict]:
        """What decides each of some parts of a comparison."""
        of_part = {CURVES: self.pair_curves, PROBLEMS: self.pair_problems, CHOICES: self.choices}
        return {part: of_part[part](**names) for part in parts}

    def pair_curves(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        efficiency_k = self.config["analysis"]["efficiency_k"]
        return self.intervals() | {
            "grader": self.grader(benchmark),
            "efficiency_k": None if efficiency_k == "all" else efficiency_k,
            **self._incomplete(self.grid.pair(base, tuned, decoding)),
        }

    @staticmethod
    def _incomplete(pair: dict) -> dict:
        """No key where nothing is missing: the specs of other pairs are as they were before there was one."""
        return {"incomplete": True} if pair["incomplete"] else {}

    def pair_problems(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        pair = self.grid.pair(base, tuned, decoding)
        return {
            "level": self.config["analysis"]["level"],
            "grader": self.grader(benchmark),
            "rate": self.config["analysis"]["rate"],
            "match_budgets": pair["match_budgets"],
            **self._incomplete(pair),
        }

    def _judging(self, benchmark: str) -> dict:
        return self.intervals() | {"large_k": self.config["analysis"]["large_k"], "grader": self.grader(benchmark)}

    def choices(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        return self._judging(benchmark) | self._incomplete(self.grid.pair(base, tuned, decoding))

    def trend(self, group: str, benchmark: str, decoding: str) -> dict:
        found = self.grid.group(group)
        members = self.grid.members_of(found, benchmark, decoding)
        runs = {side: [len(self.grid.runs_of(member[side])) for member in members] for side in SIDES}
        return self._judging(benchmark) | {
            "at": [member["at"] for member in members],
            "group": found["title"],
            "scale": found["scale"],
            **({"runs": runs} if any(max(counted) > 1 for counted in runs.values()) else {}),
        }

    def undecided(self, benchmark: str, decoding: str) -> dict:
        return {
            "models": self.grid.paired_models(benchmark, decoding),
            "grader": self.grader(benchmark),
            "rate": self.config["analysis"]["rate"],
            "level": self.config["analysis"]["level"],
        }

    def rare_responses(self, benchmark: str, **_) -> dict:
        return {"grader": self.grader(benchmark), "below": self.config["validity"]["below"]}

    def listed_responses(self, benchmark: str, decoding: str) -> dict:
        """`rare_responses` of the models of a condition, whose samples these are."""
        models = self.grid.compared_models(benchmark, decoding)
        samples = [self.sample(model, benchmark, decoding) for model in models]
        return self.rare_responses(benchmark) | {"models": models, "samples": samples}

    def sheet(self, benchmark: str, decoding: str) -> dict:
        models, most = self.grid.compared_models(benchmark, decoding), self.config["validity"]["responses"]
        return self.rare_responses(benchmark) | {"responses": most, "models": models}

    def validity(self, benchmark: str, decoding: str) -> dict:
        program = self.grid.benchmarks[benchmark].get("task") if self._by_program(benchmark) else None
        models = self.grid.compared_models(benchmark, decoding)
        return self.intervals() | self.rare_responses(benchmark) | {"models": models, "program": program}

    def _by_program(self, benchmark: str) -> bool:
        return PROGRAM in self.grid.label_sources(benchmark)

    def claims(self) -> dict:
        models = self.grid.models
        subsets = {name: self.subset_in_words(name) for name in self.grid.subsets}
        return {
            "level": self.config["analysis"]["level"],
            "rate": self.config["analysis"]["rate"],
            "large_k": self.config["analysis"]["large_k"],
            "streams": {name: self.grid.stream_of(name) for name in self.grid.benchmarks},
            "topped_up": [name for name, entry in self.grid.benchmarks.items() if entry["topup"]],
            "labels": {name: model["label"] for name, model in models.items()} | {n: n for n in self.config["runs"]},
            "served": {name: model["server"]["model"] for name, model in models.items() if "server" in model},
            "other_bases": {
                name: {key: model[key] for key in ("adapter_of", "weights")}
                for name, model in models.items()
                if "adapter_of" in model
            },
            **({"subsets": subsets} if subsets else {}),
            "graders": {name: self.grader(name) for *_, name, _ in self.grid.every_comparison},
            "whole_of": {name: self.grid.whole_of(name) for name in self.grid.benchmarks},
            "not_rl": self.not_reinforced(),
        }

    def planned_claims(self) -> dict:
        """What decides which claims about sets of problems can be decided, before anything is sampled."""
        grid, analysis = self.grid, self.config["analysis"]
        claimed = [pair for pair in grid.every_comparison if not grid.is_cut(pair[3])]
        single = [pair for pair in grid.comparisons if not grid.is_cut(pair[3])]
        streams: dict[tuple, set] = {}
        for base, tuned, benchmark, decoding in single:
            streams.setdefault((base, tuned, decoding), set()).add(grid.stream_of(benchmark))
        overall = sum(len(found) > 1 for found in streams.values())
        return {
            "rate": analysis["rate"],
            "level": analysis["level"],
            "claims": 3 * len(claimed) + 4 * len(single) + 2 * overall,
            "models": {
                on: sorted({m for b, t, also, _ in single if also == on for m in (b, t)}) for *_, on, _ in single
            },
            "topped_up": [name for name, entry in grid.benchmarks.items() if entry["topup"]],
        }

    def not_reinforced(self) -> dict[str, str]:
        """How models, and runs together, were trained that are compared with a base and are no models of RL."""
        recipes = self.config["recipes"]
        found = {}
        for name, entry in self.grid.models.items():
            algorithm = recipes[entry["training"]["recipe"]]["algorithm"] if "training" in entry else None
            if how := entry.get("trained_by") or (algorithm if algorithm in SUPERVISED else None):
                found[name] = how
        together = {n: {found.get(run) for run in runs} for n, runs in self.config["runs"].items()}
        return found | {name: how.pop() for name, how in together.items() if len(how) == 1 and None not in how}

    def findings(self) -> dict:
        """Who plays which role, and what else findings are decided by."""
        return {
            "level": self.config["analysis"]["level"],
            "large_k": self.config["analysis"]["large_k"],
            "graders": {name: self.grader(name) for name in self.grid.benchmarks},
            "runs": self.config["runs"],
            "groups": self.grid.group_rows,
            "files": {str(title): group["file"] for title, group in self.grid.groups.items()},
            "roles": self.config["findings"],
        }

    # --- likelihood --------------------------------------------------------------------------------------------------

    def scores(self, model: str, benchmark: str, decoding: str, writer: str) -> dict:
        """What decides what a model makes of a writer's responses, given the prompts, which are compared by hash."""
        asked = self.config["likelihood"]
        of_writer = self.sample(writer, benchmark, decoding)
        return {
            "protocol": SCORING_PROTOCOL,
            "model": self._model(model, benchmark),
            "written": of_writer,
            "own": model == writer,
            "entropy": asked["entropy"] and model == writer,
            "seed": self.config["seed"],
            "problems": asked["problems"],
            "samples": asked["samples"],
        }

    def pair_likelihood(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict:
        return self.intervals() | {"grader": self.grader(benchmark), "quantile": self.config["likelihood"]["quantile"]}

    # --- truth -------------------------------------------------------------------------------------------------------

    def explored(self, model: str, benchmark: str, decoding: str) -> dict:
        """What decides which responses of a model are found, and their probabilities, given the prompts."""
        asked = self.config["truth"]
        return {
            "protocol": EXPLORING_PROTOCOL,
            "model": self._model(model, benchmark),
            "decoding": self._decoding(model, benchmark, decoding),
            "unexplored": asked["unexplored"],
            "prefixes": asked["prefixes"],
        }

    def explored_verification(self, benchmark: str, model: str, **_) -> dict:
        """`verification` by the benchmark's own grader alone."""
        grader = self.grader(benchmark)
        code = library("verify_block.py", *grader_files((grader,)))
        return self.verification(benchmark, model) | {"graders": [grader], "code": code}

    # --- figures and tables ------------------------------------------------------------------------------------------

    def drawing(self, every: Iterable, **names) -> list[dict]:
        """The name, spec and names of each of some figures and trends (`contents.Drawn`) of a benchmark."""
        found = []
        for drawn in every:
            spec = self.of_figure(drawn.per, drawn.together)(**drawn.names, **names)
            of_group = {"group": spec["group"]} if drawn.per == "trend" else {}
            found.append({"name": drawn.name, "spec": spec, "names": drawn.names | names | of_group})
        return found

    def captions(self, every: Iterable, **names) -> dict:
        """What the captions of figures that one job draws ask for in Snakemake's report, which sees the job alone."""
        specs = [one["spec"] for one in self.drawing(every, **names)]
        said = {key: spec[key] for spec in specs for key in CAPTIONED if key in spec}
        groups = [spec["group"] for spec in specs if isinstance(spec.get("group"), dict)]
        joined = {key: " and ".join(dict.fromkeys(str(group[key]) for group in groups)) for key in ("title", "axis")}
        decodings = dict.fromkeys(drawn.decoding for drawn in every if drawn.decoding)
        return said | {"group": joined, "decoding": " and ".join(decodings)}

    def of_figure(self, per: str, together: bool) -> Callable[..., dict]:
        """What makes the spec of a figure of report/contents.py."""
        own = self.runs_figure if together else self.figure
        of_others = {"groups": self.group_figure, "axes": self.axis_figure, "trainings": self.training_figure}
        of_others["trend"] = self.trend
        return of_others.get(per, own)

    def training_figure(self) -> dict:
        """How recipes are called: as the trainings that name them, or by their own names."""
        said = {entry["recipe"]: entry.get("label", name) for name, entry in self.config["trainings"].items()}
        return {"labels": {name: said.get(name, name) for name in self.config["recipes"]}}

    def figure(self, benchmark: str, decoding: str) -> dict:
        """Labels and styles of the models under a condition, in order, and what else a figure says."""
        return self._figure(
            benchmark, decoding, self.grid.models_of(benchmark, decoding), self.grid.pairs_of(benchmark, decoding)
        )

    def runs_figure(self, benchmark: str, decoding: str) -> dict:
        """`figure`, with the runs of one recipe together."""
        return self._figure(benchmark, decoding, *self.grid.with_runs(benchmark, decoding))

    def _figure(self, benchmark: str, decoding: str, drawn: list[str], pairs: list[tuple[str, str]]) -> dict:
        entry, runs = self.grid.benchmarks[benchmark], {name: {} for name in self.grid.config["runs"]}
        guess, note, sampled = entry.get("guess_floor"), entry.get("note"), {}
        if "guess" in entry:
            guess = self._guesser(entry["guess"])
            sampled = {"sampled_guesses": True}
        if benchmark in self.grid.subsets:
            note = f"These are {self.subset_in_words(benchmark)}. {note or ''}".strip()
        return {
            "models": [
                {"name": name, "place": place, **{key: model.get(key) for key in ("label", "color", "marker")}}
                for place, (name, model) in enumerate((self.grid.models | runs).items())
                if name in drawn
            ],
            "pairs": pairs,
            "grader": entry["grader"],
            "level": self.config["analysis"]["level"],
            "guess_floor": guess,
            "note": note,
            "title": f"{benchmark}, {decoding}",
            **sampled,
        }

    def group_figure(self, group: str, benchmark: str, decoding: str) -> dict:
        """`figure` of the models of a group alone, and the group."""
        found = self.grid.group(group)
        members = self.grid.members_of(found, benchmark, decoding)
        names = self.grid.group_models(found, benchmark, decoding)
        spec = self._figure(benchmark, decoding, names, [(member["base"], member["tuned"]) for member in members])
        models = {model["name"]: model for model in spec["models"]}
        kept = {key: found.get(key) for key in ("title", "axis", "scale", "folded", "k")} | {"members": members}
        return spec | {"models": [models[name] for name in names], "group": kept}

    def axis_figure(self, group: str, benchmark: str) -> dict:
        """The group along decodings with its members on a benchmark, and what else its figure says."""
        found = self.grid.group(group)
        members = self.grid.axis_members(found, benchmark)
        names = {side: self.grid.models[members[0][side]]["label"] for side in ("base", "tuned")}
        kept = {key: found.get(key) for key in ("title", "axis", "scale", "k")} | {"members": members}
        return self._judging(benchmark) | {"group": kept, "labels": names, "title": benchmark}

    def tables(self, tables: Iterable) -> list[dict]:
        """Of each of some tables of report/contents.py its name, its spec, and the digits of its CSV."""
        return [{"name": t.name, "spec": self.table(t.spec), "digits": t.digits} for t in tables]

    def table(self, asked: tuple[str, ...]) -> dict:
        """What a table asks of the configuration: `benchmarks`, which are `wholes`, `whole_of` which, `graders`,
        `groups`, `comparisons` with grader and whether they are incomplete, `level`, `rate`, `runs`."""
        graders = {name: self.grader(name) for name in self.grid.benchmarks}
        known = {"benchmarks": list(graders), "graders": graders, "groups": self.grid.group_rows}
        known["level"] = self.config["analysis"]["level"]
        known["rate"], known["runs"] = self.config["analysis"]["rate"], self.config["runs"]
        known["wholes"] = [name for name in graders if name not in self.grid.subsets]
        known["whole_of"] = {name: self.grid.whole_of(name) for name in graders}
        known["comparisons"] = [
            [*names, self.grader(names[2]), self.grid.pair(*names[:2], names[3])["incomplete"]]
            for names in self.grid.comparisons
        ]
        return {key: known[key] for key in asked}

    # --- files without a record --------------------------------------------------------------------------------------

    def of_samples(self) -> Iterator[tuple[str, Callable[[], dict]]]:
        """Every block of samples that took a GPU, and a function that gives the spec it should have."""
        for model, benchmark, decoding in self.grid.own_curves:
            if is_sampled(self.grid.models[model]) and not self.grid.is_cut(decoding):
                names = {"model": model, "benchmark": benchmark, "decoding": decoding}
                blocks = (paths.SAMPLES, self.grid.blocks), (paths.topup(paths.SAMPLES), self.grid.topup_blocks)
                for pattern, of_model in blocks:
                    for block in of_model(model, benchmark):
                        yield pattern.format(block=block, **names), lambda n=names: self.sample(**n)

    def of_results(self) -> Iterator[tuple[str, Callable[[], dict]]]:
        """Every result that carries a spec, and a function that gives the spec it should carry."""
        for benchmark in self.grid.benchmarks:
            yield paths.BENCHMARK.format(benchmark=benchmark), lambda b=benchmark: self.benchmark(b)
        for curve in self.grid.curves:
            names = dict(zip(("model", "benchmark", "decoding"), curve, strict=True))
            if "counts" not in self.grid.models[names["model"]] and names["benchmark"] not in self.grid.subsets:
                for pattern in (paths.SAMPLES, paths.VERDICTS):
                    for block in self.grid.blocks(names["model"], names["benchmark"]):
                        yield pattern.format(block=block, **names), lambda n=names: self.sample(**n)
            yield paths.COUNTS.format(**names), lambda n=names: self.sample(**n)
            yield paths.PASSK.format(**names), self.intervals
        for comparison in self.grid.comparisons:
            names = dict(zip(("base", "tuned", "benchmark", "decoding"), comparison, strict=True))
            yield paths.OVERLAP.format(**names), lambda n=names: self.pair_problems(**n)


def model_identity(entry: dict) -> dict:
    """Which model it is: its weights and their precision, or what it is called where it is served, wherever that is."""
    if "server" in entry:
        served = entry["server"]
        return {"server": served["model"], **({"revision": served["revision"]} if "revision" in served else {})}
    return {"weights": weights_identity(entry["weights"]), "dtype": entry["dtype"]}


def weights_identity(weights: str) -> str:
    """The pinned hub id, or a digest of a folder or GGUF file: moving it keeps it, overwriting it changes it."""
    if is_gguf(weights):
        return f"gguf {gguf_digest(weights)} {GGUF_PROTOCOL}"
    return weights_digest(weights) if is_folder(weights) else weights
