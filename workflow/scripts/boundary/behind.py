"""What may be made by one job: results behind which there is the same work.

Starting a process costs more than counting, so what is cheap is made together; but never so that a target plans more
than it needs: two results are made together only where the same must have been downloaded, sampled, scored, explored,
trained or said by reviewers before either. Light: runs at parse time.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property

from boundary import paths
from boundary.grid import SIDES, Grid, sides

Work = frozenset[tuple[str, ...]]  # (kind, names...) of everything that must be there
NOTHING: Work = frozenset()
OF_CURVE = (paths.COUNTS, paths.ANSWERS, paths.GRADERS, paths.PASSK, paths.DIVERSITY, paths.METRICS)
OF_CURVE += (paths.BEYOND, paths.FIT)
CURVES, PROBLEMS, CHOICES = "curves", "problems", "choices"  # the parts of a comparison
OF_PART = {
    CURVES: (paths.DIFFERENCE, paths.CROSSING, paths.MEASURES),
    PROBLEMS: (paths.OVERLAP, paths.SETS),
    CHOICES: (paths.CHOICES,),
}


class Behind:
    """The work behind the results that comparisons, figures and tables read."""

    def __init__(self, grid: Grid, inputs: paths.Inputs):
        self.grid, self.inputs = grid, inputs

    def together(self, made: Mapping[Hashable, Iterable[str]]) -> list[tuple]:
        """The keys of `made` in groups with the same work behind them, in order.

        made: what is made -> the results that it is made of.
        """
        found: dict[Work, list] = {}
        for key, files in made.items():
            found.setdefault(_all(self._known.get(file, NOTHING) for file in files), []).append(key)
        return [tuple(keys) for keys in found.values()]

    def parts_of(self, comparison: tuple[str, str, str, str]) -> list[tuple[str, ...]]:
        """The parts of a comparison that one job makes, job by job; of several runs there are curves alone."""
        names = _names((*SIDES, "benchmark", "decoding"), comparison)
        parts = OF_PART if comparison in self.grid.comparisons else (CURVES,)
        return self.together({part: [OF_PART[part][0].format(**names)] for part in parts})

    @cached_property
    def _known(self) -> dict[str, Work]:
        """Result -> the work behind it; of results that are not here there is none."""
        every = (self._of_benchmarks, self._of_curves, self._of_comparisons, self._of_conditions, self._of_run)
        return {pattern.format(**names): work for results in every for pattern, names, work in results()}

    def _of_benchmarks(self) -> Iterator[tuple[str, dict, Work]]:
        for benchmark in self.grid.benchmarks:
            names = {"benchmark": benchmark}
            yield paths.BENCHMARK, names, self._problems(benchmark)
            yield paths.GOLDS, names, self._problems(benchmark)
            yield paths.FALSE_ACCEPTS, names, self._curves(c for c in self.grid.curves if c[1] == benchmark)
            yield paths.GUESSES, names, self._guesses(benchmark)
            yield paths.CONTAMINATION, names, self._contamination(benchmark)

    def _of_curves(self) -> Iterator[tuple[str, dict, Work]]:
        of_runs = {curve for comparison in self.grid.run_comparisons for curve in _sides(*comparison)}
        for curve in dict.fromkeys([*self.grid.curves, *sorted(of_runs)]):
            names, work = _names(("model", "benchmark", "decoding"), curve), self._curve(*curve)
            for pattern in OF_CURVE:
                yield pattern, names, work
            yield paths.RATES, names, frozenset({("exact", *curve)})
            yield paths.ENTROPY, names, frozenset({("scores", *curve)})
            yield paths.MATCHED, names, frozenset({("matched", *curve)})
            for block in self.grid.blocks(curve[0], curve[1]) if "server" in self.grid.models.get(curve[0], ()) else ():
                yield paths.SAMPLES, names | {"block": block}, work

    def _of_comparisons(self) -> Iterator[tuple[str, dict, Work]]:
        for comparison in self.grid.every_comparison:
            names = _names((*SIDES, "benchmark", "decoding"), comparison)
            for part, work in self._parts(*comparison).items():
                for pattern in OF_PART[part]:
                    yield pattern, names, work
            scores = frozenset(("scores", *score) for score in self.grid.scores_of(*comparison))
            yield paths.LIKELIHOOD, names, scores
            yield paths.RESPONSES, names, scores

    def _of_conditions(self) -> Iterator[tuple[str, dict, Work]]:
        for benchmark, decoding in self.grid.conditions:
            names = {"benchmark": benchmark, "decoding": decoding}
            compared = [(model, benchmark, decoding) for model in self.grid.compared_models(benchmark, decoding)]
            for pattern in (paths.VALIDITY, paths.COT_PASSK):
                yield pattern, names, self._curves(compared) | {("labels", benchmark)}
            for group in self.grid.groups.values():
                members = self.grid.members_of(group, benchmark, decoding)
                every = (curve for m in members for curve in _sides(m["base"], m["tuned"], benchmark, decoding))
                yield paths.TREND, names | {"group": group["file"]}, self._curves(every)

    def _of_run(self) -> Iterator[tuple[str, dict, Work]]:
        claims = _all(work for comparison in self.grid.every_comparison for work in self._parts(*comparison).values())
        yield paths.CLAIMS_TABLE, {}, claims
        yield paths.FINDINGS_PARTS, {}, claims | self._curves(self.grid.curves) | {("findings",)}
        for path in self.inputs.every_reinforced(paths.TRAINING):
            yield path, {}, frozenset({("training", path)})

    # --- what must be there ------------------------------------------------------------------------------------------

    def _problems(self, benchmark: str) -> Work:
        entry = self.grid.benchmarks[benchmark]
        if "of" not in entry:
            return frozenset({("problems", benchmark)})
        screen = self._guesses if "guessable" in (entry.get("drop"), entry.get("keep")) else self._contamination
        return self._problems(entry["of"]) | screen(benchmark)

    def _curve(self, model: str, benchmark: str, decoding: str) -> Work:
        """Of a subset, what its whole and the choice of its problems need; of cut samples, what they are cut from."""
        whole = self.grid.whole_of(benchmark)
        source = self.grid.config["decodings"][decoding].get("cut", decoding)
        runs = (("samples", run, whole, source) for run in self.grid.runs_of(model))
        return self._problems(benchmark) | frozenset(runs)

    def _curves(self, curves: Iterable[tuple[str, str, str]]) -> Work:
        return _all(self._curve(*curve) for curve in curves)

    def _guesses(self, benchmark: str) -> Work:
        if not self.inputs.screened(paths.GUESSES, benchmark):
            return NOTHING
        whole = self.grid.whole_of(benchmark)
        guess = self.grid.benchmarks[whole]["guess"]
        return self._curve(guess["model"], whole, guess["decoding"])

    def _contamination(self, benchmark: str) -> Work:
        if not self.inputs.screened(paths.CONTAMINATION, benchmark):
            return NOTHING
        whole = self.grid.whole_of(benchmark)
        return self._curves(self.grid.probe_curves(whole)) | {("contamination", whole)}

    def _parts(self, base: str, tuned: str, benchmark: str, decoding: str) -> dict[str, Work]:
        """By part of a comparison; of several runs some are not made."""
        both = self._curves(_sides(base, tuned, benchmark, decoding))
        single = (base, tuned, benchmark, decoding) not in self.grid.run_comparisons
        names = {"base": base, "tuned": tuned, "benchmark": benchmark, "decoding": decoding}
        topup = self._topup(benchmark, decoding) if single and self.inputs.side_topup("base", **names) else NOTHING
        screens = self._guesses(benchmark) | self._contamination(benchmark)
        return {CURVES: both, PROBLEMS: both | topup, CHOICES: both | screens}

    def _topup(self, benchmark: str, decoding: str) -> Work:
        """More samples of what any pair leaves undecided: they wait for all of its models."""
        paired = [(model, benchmark, decoding) for model in self.grid.paired_models(benchmark, decoding)]
        return self._curves(paired) | {("topup", benchmark, decoding)}


def _names(kinds: tuple[str, ...], values: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(kinds, values, strict=True))


def _sides(base: str, tuned: str, benchmark: str, decoding: str) -> list[tuple[str, str, str]]:
    """The curves of both sides of a comparison."""
    return [(model, benchmark, own) for model, own in zip((base, tuned), sides(decoding), strict=True)]


def _all(works: Iterable[Work]) -> Work:
    return NOTHING.union(*works)
