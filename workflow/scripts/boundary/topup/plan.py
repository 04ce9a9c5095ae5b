"""Top-up: more samples of undecided problems, where a benchmark's `topup` asks. Light: runs at parse time."""

from boundary.grid import Grid
from boundary.names import SIDES, Comparison, Condition, Curve
from boundary.paths import BENCHMARK, COUNTS, SAMPLES, VERDICTS, of_blocks, topup
from boundary.results import Result


def _is_listed(grid: Grid, condition: Condition) -> bool:
    """Whether models are paired under one decoding of their own samples."""
    alike = condition.decoding in grid.config["decodings"] and not grid.is_cut(condition.decoding)
    return alike and bool(grid.pairs_of(*condition))


UNDECIDED = Result("results/topup/plan/{benchmark}/{decoding}.parquet", Condition, where=_is_listed)


def side_topup(grid: Grid, side: str, **names) -> list[str]:
    """The extra counts of one side of a comparison, where the benchmark's `topup` asks for them."""
    comparison = Comparison(**names)
    if not grid.is_topped_up(comparison):
        return []
    return [topup(COUNTS).format(**comparison.curves[SIDES.index(side)]._asdict())]


class TopUp:
    """What undecided problems are listed by, and the extra samples, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid = grid

    def topup_verdicts(self, model: str, benchmark: str, decoding: str) -> list[str]:
        pattern, found = topup(VERDICTS), self.grid.topup_blocks(model, benchmark)
        return [pattern.format(model=model, benchmark=benchmark, decoding=decoding, block=block) for block in found]

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
                files[f"verdicts_{place}"] = of_blocks(self.grid, VERDICTS, model, whole, decoding)
        return files | {"problems": [] if whole == benchmark else [BENCHMARK.format(benchmark=benchmark)]}

    def every_count(self) -> list[str]:
        """The extra counts that comparisons read."""
        return [topup(COUNTS).format(**curve._asdict()) for curve in self._curves()]

    def _curves(self) -> list[Curve]:
        compared = (comparison for comparison in self.grid.comparisons if self.grid.is_topped_up(comparison))
        return list(dict.fromkeys(curve for comparison in compared for curve in comparison.curves))

    def every_topup(self) -> list[str]:
        """Counts, samples and verdicts of every top-up that a comparison reads; of an opened bundle the counts."""
        curves = [] if self.grid.opened else self._curves()
        blocks = [(curve, block) for curve in curves for block in self.grid.topup_blocks(curve.model, curve.benchmark)]
        kinds = (topup(SAMPLES), topup(VERDICTS))
        files = [kind.format(block=block, **curve._asdict()) for kind in kinds for curve, block in blocks]
        return self.every_count() + files

    def undecided(self, benchmark: str, decoding: str) -> dict:
        return {
            "models": self.grid.paired_models(benchmark, decoding),
            "grader": self.grid.grader(benchmark),
            "rate": self.grid.config["analysis"]["rate"],
            "level": self.grid.config["analysis"]["level"],
        }
