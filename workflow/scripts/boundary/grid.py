"""The grid: which models, benchmarks and decodings belong together, and which are compared.

Questions of a single stage are in its plan.py. Light: runs at parse time.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, wraps
from typing import Any, TypeVar

from boundary.analysis.asked import ABOVE_VOTE, ASKED, BEST, BEST_PROMPT_COVERAGE, Asked
from boundary.contracts import Benchmark, Config, Group, Member, Model, Pair, Start, Trained
from boundary.importing.formats import has_scores
from boundary.names import SIDES, Block, Comparison, Condition, Curve, GroupCondition, Training, sides, together
from boundary.sampling.templates import by_chat, is_chat
from boundary.verifying.verifiers import CHOICE
from boundary.zoo.recipes import start_of

PROGRAM = "program"  # as a source of labels: the zoo's check of a trace, step by step
SAMPLED = ("weights", "server")  # origins of models that are sampled here; of others samples or counts exist already


class Grid:
    """All work of a run, from a resolved configuration."""

    def __init__(self, config: Config):
        self.config = config
        self.models, self.benchmarks, self.groups = config["models"], config["benchmarks"], config["groups"]
        self.opened = "opened" in config.get("bundle", {})  # whether the run is that of a bundle, made elsewhere
        self.left: frozenset[Block] = frozenset()  # blocks whose samples are gone: `missing.py`
        self.known: dict[Callable, Any] = {}  # what stages have found out of it: `of_grid`

    # --- what is sampled ---------------------------------------------------------------------------------------------

    @cached_property
    def curves(self) -> list[Curve]:
        """Everything that is sampled or imported, in the configuration's order."""
        return [
            Curve(name, benchmark, decoding)
            for name, model in self.models.items()
            for benchmark in model["benchmarks"]
            for decoding in model["decodings"]
            if benchmark in self.config["decodings"][decoding].get("benchmarks", [benchmark])
            and self._has(name, decoding)
        ]

    def _has(self, model: str, decoding: str) -> bool:
        """Whether a model is sampled under a decoding: a matched one is of the tuned models whose pairs name it."""
        target = self.config["decodings"][decoding].get("entropy_of")
        if target is None:
            return True
        across = [target["decoding"], decoding]
        return any(
            (p["base"], p["tuned"], p.get("decodings")) == (target["model"], model, across)
            for p in self.config["pairs"]
        )

    @cached_property
    def own_curves(self) -> list[Curve]:
        """`curves` with samples of their own: a subset of a benchmark has the samples of the whole."""
        return [curve for curve in self.curves if curve.benchmark not in self.subsets]

    @cached_property
    def subsets(self) -> list[str]:
        """The benchmarks that are a subset of another one (`of`)."""
        return [name for name, entry in self.benchmarks.items() if "of" in entry]

    @cached_property
    def probes(self) -> list[str]:
        """The benchmarks that ask for the rest of a question: sampled and counted, compared with nothing."""
        return [name for name, entry in self.benchmarks.items() if "probe_of" in entry]

    @cached_property
    def built(self) -> list[str]:
        """The benchmarks with rows of their own."""
        return [name for name in self.benchmarks if name not in (*self.subsets, *self.probes)]

    @cached_property
    def guessed(self) -> list[str]:
        """The benchmarks of multiple choice, where guessing raises pass@k."""
        return [name for name, entry in self.benchmarks.items() if entry["verifier"] == CHOICE]

    def is_published(self, benchmark: str) -> bool:
        """Whether the questions of a benchmark may appear in the report, on pages of samples and in bundles."""
        return self.benchmarks[benchmark].get("publish", True)

    def has_samples(self, benchmark: str) -> bool:
        """Whether the samples on a benchmark are here: an opened bundle may lack those of all, or of some."""
        return not self.opened or holds_samples(self.config, benchmark)

    def whole_of(self, benchmark: str) -> str:
        """The benchmark of which this one is a subset; for any other, itself."""
        while "of" in self.benchmarks[benchmark]:
            benchmark = self.benchmarks[benchmark]["of"]
        return benchmark

    def probe_curves(self, benchmark: str) -> list[Curve]:
        """Those of `curves` that ask for the rest of a benchmark's questions."""
        return [curve for curve in self.curves if self.benchmarks[curve.benchmark].get("probe_of") == benchmark]

    def is_probed(self, benchmark: str) -> bool:
        """Whether the configuration's `contamination` asks for a benchmark."""
        return benchmark in self.config.get("contamination", {}).get("benchmarks", ())

    def grader(self, benchmark: str, **_) -> str:
        """The grader whose verdicts figures and pairs use."""
        return self.benchmarks[benchmark]["grader"]

    def samples_of(self, model: str, benchmark: str) -> int:
        """Samples of every problem: the benchmark's, or the model's own number."""
        return self.models[model]["samples"].get(benchmark, self.benchmarks[benchmark]["samples"])

    def blocks(self, model: str, benchmark: str) -> list[str]:
        """Ranges of sample indices, such as 0000-0255: raising `samples` adds ranges and changes none."""
        if "responses" in self.models[model]:
            return ["imported"]
        return _ranges(0, self.samples_of(model, benchmark), self.benchmarks[benchmark]["block"])

    @cached_property
    def sampled_curves(self) -> list[Curve]:
        """Those of `own_curves` that are sampled here: a GPU or a server makes their samples."""
        own = (curve for curve in self.own_curves if is_sampled(self.models[curve.model]))
        return [curve for curve in own if not self.is_cut(curve.decoding)]

    @cached_property
    def every_block(self) -> list[Block]:
        """The blocks of all of `own_curves`, except those of counts."""
        own = (curve for curve in self.own_curves if "counts" not in self.models[curve.model])
        return [Block(*curve, block) for curve in own for block in self.blocks(curve.model, curve.benchmark)]

    def readable_blocks(self, model: str, benchmark: str, decoding: str) -> list[str]:
        """Those of `blocks` whose samples are not deleted for good."""
        return [b for b in self.blocks(model, benchmark) if Block(model, benchmark, decoding, b) not in self.left]

    def topup_blocks(self, model: str, benchmark: str) -> list[str]:
        """Ranges of sample indices after those of `blocks`, only for undecided problems."""
        entry, start = self.benchmarks[benchmark], self.samples_of(model, benchmark)
        if not is_sampled(self.models[model]):
            return []
        return _ranges(start, start + entry["topup"], entry["block"])

    def is_topped_up(self, comparison: Comparison) -> bool:
        """Whether both sides got extra samples together, by the benchmark's `topup`; never across decodings."""
        alike = comparison.decoding in self.config["decodings"] and not self.is_cut(comparison.decoding)
        return alike and all(self.topup_blocks(model, comparison.benchmark) for model in comparison.pair)

    def is_cut(self, decoding: str) -> bool:
        """Whether the samples under a decoding, or one of two, are cut from those under another: no GPU is needed."""
        return any("cut" in self.config["decodings"][own] for own in sides(decoding))

    def turns_of(self, decoding: str) -> int | None:
        """Maximum number of turns of the episodes of a decoding, or of both of two; None without a limit."""
        found = {self.config["decodings"][own].get("turns") for own in sides(decoding)}
        return found.pop() if len(found) == 1 else None

    def is_claimed(self, decoding: str) -> bool:
        """Whether claims are made under a decoding: not for samples with fewer tokens, which are not new samples;
        for episodes within the turns that the configuration lists."""
        return not self.is_cut(decoding) or self.turns_of(decoding) is not None

    def has_scores(self, model: str) -> bool:
        """Whether a model's samples were imported from files that may have scores."""
        entry = self.models[model]
        return "responses" in entry and has_scores(entry["responses"])

    def stream_of(self, benchmark: str) -> str:
        """The random stream of a benchmark's samples: its name, unless it shares the stream of another."""
        return self.benchmarks[benchmark].get("stream", benchmark)

    def sharing_stream(self, benchmark: str) -> list[str]:
        """The benchmarks that share the samples of common problems with this one."""
        own = (other for other in self.benchmarks if other not in self.subsets)
        return [other for other in own if self.stream_of(other) == self.stream_of(benchmark)]

    def is_chat(self, model: str, benchmark: str) -> bool:
        """Whether a model's prompts on a benchmark are chats, rendered by its tokenizer's template or on its server."""
        prompt = self.models[model].get("prompt")
        return prompt is not None and is_chat(self.config["prompts"][prompt[benchmark]])

    def must_be_alike(self, model: str, benchmark: str) -> list[str]:
        """The other models of its pairs whose chats on a benchmark must be rendered equally."""
        if by_chat(self.models[model]) or not self.is_chat(model, benchmark):
            return []
        every = self.config["pairs"] + [pair for _, pair in self.pairs_of_runs]
        sides = [(pair["base"], pair["tuned"]) for pair in every if not pair["prompts_differ"]]
        others = {other for pair in sides if model in pair for other in pair} - {model}
        own = self.models[model]["prompt"][benchmark]
        return sorted(m for m in others if self.models[m].get("prompt", {}).get(benchmark) == own)

    def prompts_of(self, model: str) -> dict[str, str]:
        """The same model under several prompts, by prompt, including itself; empty for a single prompt."""
        return self.config.get("prompts_of", {}).get(model, {})

    def otherwise(self, curve: Curve) -> dict[str, Curve]:
        """The curves of the same model under its other prompts, by prompt."""
        others = {prompt: curve._replace(model=model) for prompt, model in self.prompts_of(curve.model).items()}
        return {prompt: other for prompt, other in others.items() if other != curve and other in self._curves}

    def rivals(self, comparison: Comparison) -> dict[tuple[str | None, str], Curve]:
        """The curves of the base of a comparison under its other prompts and decodings, by (prompt, decoding);
        without cut samples and several runs."""
        own, _ = comparison.curves
        if own.model in self.config["runs"]:
            return {}
        asked: Mapping[Any, str] = self.prompts_of(own.model) or {None: own.model}
        curves = {
            (prompt, decoding): Curve(model, own.benchmark, decoding)
            for prompt, model in asked.items()
            for decoding in self.config["decodings"]
            if not self.is_cut(decoding)
        }
        return {key: curve for key, curve in curves.items() if curve != own and curve in self._curves}

    def asked(self, comparison: Comparison) -> list[Asked]:
        """The further claims of `analysis.claims` that can be made about a comparison of single models."""
        base, tuned, benchmark, decoding = comparison
        asked = self.config["analysis"].get("claims", ())
        if not asked or comparison in self.run_comparisons or self.is_cut(decoding):
            return []
        counted = any("counts" in self.models[model] for model in (base, tuned))
        votes = self.benchmarks[benchmark]["verifier"] != "code" and not counted
        there = {ABOVE_VOTE: votes} | dict.fromkeys(BEST, bool(self.rivals(comparison)))
        there[BEST_PROMPT_COVERAGE] &= benchmark not in self.guessed  # where guessing carries coverage
        return [kind for kind in ASKED if kind in asked and there[kind]]

    def asks_for_best(self, comparison: Comparison) -> bool:
        return not set(BEST).isdisjoint(self.asked(comparison))

    @cached_property
    def _curves(self) -> frozenset[Curve]:
        return frozenset(self.curves)

    # --- what is compared --------------------------------------------------------------------------------------------

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Every pair with both sides in `curves`, on every benchmark under every decoding, or two."""
        return self._compared(self.config["pairs"])

    @cached_property
    def run_comparisons(self) -> list[Comparison]:
        """`comparisons` of pairs with several runs on a side: every run must have a curve."""
        return self._compared(self.config["run_pairs"])

    @cached_property
    def compared_curves(self) -> list[Curve]:
        """The curves that are a side of a pair, or one of its runs, and have samples of their own."""
        compared = {
            curve._replace(model=run)
            for comparison in self.every_comparison
            for curve in comparison.curves
            for run in self.runs_of(curve.model)
        }
        own = (curve for curve in self.own_curves if "counts" not in self.models[curve.model])
        sampled = (curve for curve in own if not self.is_cut(curve.decoding))
        return [curve for curve in sampled if curve in compared]

    @property
    def every_comparison(self) -> list[Comparison]:
        return self.comparisons + self.run_comparisons

    @property
    def pairs_of_runs(self) -> list[tuple[Pair, Pair]]:
        """(a pair with several runs on a side, the pair of one run of either side) for all of them."""
        return [
            (pair, pair | {"base": base, "tuned": tuned})
            for pair in self.config.get("run_pairs", [])
            for base in self.runs_of(pair["base"])
            for tuned in self.runs_of(pair["tuned"])
        ]

    def runs_of(self, name: str) -> list[str]:
        """The models of a side of a pair: its runs, or itself."""
        return self.config["runs"].get(name, [name])

    def _compared(self, pairs: list[Pair]) -> list[Comparison]:
        there, found = self._curves, []
        for benchmark in (name for name in self.benchmarks if name not in self.probes):
            for pair in pairs:
                alike = [(decoding, decoding) for decoding in self.config["decodings"]]
                across = [tuple(pair["decodings"])] if "decodings" in pair else alike
                for first, second in across:
                    decoded = ((pair["base"], first), (pair["tuned"], second))
                    if {(run, benchmark, own) for name, own in decoded for run in self.runs_of(name)} <= there:
                        found.append(Comparison(pair["base"], pair["tuned"], benchmark, together(first, second)))
        return found

    @cached_property
    def conditions(self) -> list[Condition]:
        """Every benchmark with every decoding, or the two decodings of a comparison, for which something is drawn."""
        compared = [comparison.condition for comparison in self.comparisons]
        drawn = [Condition(on, decoding) for _, on, decoding in self.curves if on not in self.probes]
        return list(dict.fromkeys(drawn + compared))

    def browsed_models(self, benchmark: str, decoding: str) -> list[str]:
        """The models under a condition whose samples can be read."""
        known = (m for m in self.models_of(benchmark, decoding) if "counts" not in self.models[m])
        shown = self.has_samples(benchmark) and benchmark not in self.subsets and self.is_published(benchmark)
        return list(known) if shown else []

    def is_browsed(self, benchmark: str, decoding: str) -> bool:
        return (benchmark, decoding) in self.conditions and bool(self.browsed_models(benchmark, decoding))

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        return _by_condition(self.comparisons)

    @cached_property
    def _run_pairs(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        return _by_condition(self.run_comparisons)

    def pairs_of(self, benchmark: str, decoding: str) -> list[tuple[str, str]]:
        """Pairs (base, tuned) that are compared on a benchmark under a decoding, or across two."""
        return self._pairs.get((benchmark, decoding), [])

    def run_pairs_of(self, benchmark: str, decoding: str) -> list[tuple[str, str]]:
        """`pairs_of`, only those with several runs on a side."""
        return self._run_pairs.get((benchmark, decoding), [])

    def paired_models(self, benchmark: str, decoding: str) -> list[str]:
        """Models of a pair on a benchmark, in the order of the configuration."""
        paired = {name for pair in self.pairs_of(benchmark, decoding) for name in pair}
        return [name for name in self.models if name in paired]

    def with_runs(self, benchmark: str, decoding: str) -> tuple[list[str], list[tuple[str, str]]]:
        """Models and pairs of a figure that shows several runs of one recipe as one curve."""
        found = self.run_pairs_of(benchmark, decoding)
        shown = {name for pair in found for name in pair}
        sets = [name for name in self.config["runs"] if name in shown]
        within = {run for name in sets for run in self.config["runs"][name]}
        kept = [model for model in self.models_of(benchmark, decoding) if model not in within or model in shown]
        pairs = [pair for pair in self.pairs_of(benchmark, decoding) if not within.intersection(pair)]
        return kept + sets, pairs + found

    def models_of(self, benchmark: str, decoding: str) -> list[str]:
        """Models with a curve under a condition, in the order of the configuration."""
        first, second = sides(decoding)
        if first == second:
            return [m for m, b, d in self.curves if (b, d) == (benchmark, decoding)]
        return self.paired_models(benchmark, decoding)

    def decoding_of(self, model: str, benchmark: str, decoding: str) -> str:
        """The decoding of a model's samples if `decoding` may be two: that of the bases, and that of the tuned
        models."""
        first, second = sides(decoding)
        return first if model in {base for base, _ in self.pairs_of(benchmark, decoding)} else second

    def pair(self, base: str, tuned: str, decoding: str) -> Pair:
        """The entry of a pair in the configuration."""
        return self._said.get((base, tuned, sides(decoding))) or self._said[base, tuned, ()]

    @cached_property
    def _said(self) -> dict[tuple, Pair]:
        every = self.config["pairs"] + self.config["run_pairs"]
        return {(p["base"], p["tuned"], tuple(p.get("decodings", ()))): p for p in every}

    def compared_models(self, benchmark: str, decoding: str) -> list[str]:
        """The models of `compared_curves` on a benchmark under a decoding."""
        return [model for model, *condition in self.compared_curves if condition == [benchmark, decoding]]

    # --- groups ------------------------------------------------------------------------------------------------------

    def group(self, file: str) -> Group:
        """A group by its file name, with its `title`."""
        title, group = next((title, group) for title, group in self.groups.items() if group["file"] == file)
        return group | {"title": str(title)}

    def members_of(self, group: Group, benchmark: str, decoding: str) -> list[Member]:
        """The members of a group whose pair is compared under a condition."""
        if benchmark not in group.get("benchmarks", [benchmark]) or decoding not in group.get("decodings", [decoding]):
            return []
        pairs = self.pairs_of(benchmark, decoding) + self.run_pairs_of(benchmark, decoding)
        here = [m for m in group["members"] if m.get("decoding", decoding) == decoding]  # its own, along decodings
        return [member for member in here if (member["base"], member["tuned"]) in pairs]

    def axis_members(self, group: Group, benchmark: str) -> list[Member]:
        """The members of a group along decodings whose pair is compared on a benchmark; none if there is only one."""
        if "by" not in group or benchmark not in group.get("benchmarks", [benchmark]):
            return []
        found = [m for m in group["members"] if (m["base"], m["tuned"]) in self.pairs_of(benchmark, m["decoding"])]
        return found if len(found) > 1 else []

    @cached_property
    def axes(self) -> list[tuple[str, str]]:
        """(file name of a group along decodings, benchmark), for all with members."""
        groups = self.groups.values()
        return [(group["file"], b) for group in groups for b in self.benchmarks if self.axis_members(group, b)]

    def group_models(self, group: Group, benchmark: str, decoding: str) -> list[str]:
        """The models of a group under a condition, each once, member by member."""
        members = self.members_of(group, benchmark, decoding)
        return list(dict.fromkeys(member[side] for member in members for side in SIDES))

    @cached_property
    def group_rows(self) -> list[dict[str, str]]:
        """Every member of every group under every condition: the subjects of the rows of the table of groups."""
        return [
            {"group": str(title), "axis": group["axis"], "at": str(member["at"])}
            | {"benchmark": benchmark, "decoding": decoding, "base": member["base"], "tuned": member["tuned"]}
            for title, group in self.groups.items()
            for benchmark, decoding in self.conditions
            for member in self.members_of(group, benchmark, decoding)
        ]

    @cached_property
    def group_conditions(self) -> list[GroupCondition]:
        """Every group under every condition with members; not along decodings."""
        files = {str(title): group["file"] for title, group in self.groups.items() if "by" not in group}
        rows = (row for row in self.group_rows if row["group"] in files)
        found = (GroupCondition(files[row["group"]], row["benchmark"], row["decoding"]) for row in rows)
        return list(dict.fromkeys(found))

    # --- trainings ---------------------------------------------------------------------------------------------------

    @cached_property
    def trainings(self) -> list[Training]:
        """Every training behind models of the run, including trainings from which these started."""
        models = {} if self.opened else self.models
        waiting: list[Trained | Start] = [entry["training"] for entry in models.values() if "training" in entry]
        found: list[Training] = []
        while waiting:
            training = waiting.pop(0)
            own = Training(training["recipe"], training["seed"])
            found += [own] if own not in found else []
            start = start_of(self.config["recipes"], own.recipe)
            waiting += [start] if "recipe" in start else []
        return found


Found = TypeVar("Found")


def of_grid(function: Callable[[Grid], Found]) -> Callable[[Grid], Found]:
    """Store the result of a function of a grid with the grid."""

    @wraps(function)
    def ask(grid: Grid) -> Found:
        if function not in grid.known:
            grid.known[function] = function(grid)
        return grid.known[function]

    return ask


def unpublished(benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """The benchmarks whose text must not leave."""
    return [name for name, entry in benchmarks.items() if not entry.get("publish", True)]


def holds_samples(config: Config, benchmark: str) -> bool:
    """Whether the bundle of a run holds the samples on a benchmark: where it is asked for them, and they may leave."""
    return config["bundle"]["samples"] and config["benchmarks"][benchmark].get("publish", True)


def is_sampled(model: Model) -> bool:
    """Whether a model is sampled here, by its resolved config entry."""
    return any(origin in model for origin in SAMPLED)


def tokenizer_source(model: Model) -> str | None:
    """The place of the tokenizer of a resolved config entry: the entry's own, or its weights."""
    return model.get("tokenizer", model.get("weights"))


def _by_condition(comparisons: Iterable[Comparison]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(base, tuned) of comparisons, by benchmark and decoding."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for base, tuned, benchmark, decoding in comparisons:
        found.setdefault((benchmark, decoding), []).append((base, tuned))
    return found


def _ranges(start: int, end: int, block: int) -> list[str]:
    return [f"{first:04d}-{first + block - 1:04d}" for first in range(start, end, block)]
