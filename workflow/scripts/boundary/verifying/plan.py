"""Verdicts: their specs. Light: runs at parse time."""

from pathlib import Path
from typing import Any

from boundary.closure import library
from boundary.contracts import VerificationLimits, VerificationSpec
from boundary.grid import Grid
from boundary.paths import ANSWERS, SAMPLES, VERDICT_CACHE
from boundary.verifying.verifiers import REPORTED, VERIFIERS, grader_files


class Verification:
    """The specs of verdicts on samples and on gold answers, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def graders(self, benchmark: str, **_) -> tuple[str, ...]:
        """The graders of a benchmark, the verifier's default first, then one that only the benchmark names.

        For an opened bundle without samples, those with verdicts in it.
        """
        entry = self.grid.benchmarks[benchmark]
        if "graders" in entry:
            return tuple(entry["graders"])
        return tuple(dict.fromkeys((*VERIFIERS[entry["verifier"]], entry["grader"])))

    def unreadable_golds(self, benchmark: str, **_) -> dict:
        """kept: problems whose gold answer need not be read, or `keep` for all. sampled: whether it has samples.

        It decides no problem, and is not part of a benchmark's spec, because samples depend on that.
        """
        sampled = any(Path(SAMPLES.partition("{")[0]).glob(f"*/{benchmark}/*/*.parquet"))
        return {"kept": self.grid.benchmarks[benchmark].get("unreadable_golds", []), "sampled": sampled}

    def spec(self, benchmark: str, model: str | None = None, **_) -> VerificationSpec:
        """The spec of verdicts on samples: graders, the digest of their code, places of answers, limits."""
        graders, extraction = self.graders(benchmark), self.grid.benchmarks[benchmark]["extraction"]
        entry: Any = self.grid.models.get(model or "", {})
        extraction = entry.get("responses", {}).get("extraction", extraction)
        form = self.config["answer_forms"].get(entry.get("prompt", {}).get(benchmark))
        units = self.grid.benchmarks[benchmark]["units"]
        reading: Any = {"extraction": extraction, "form": form, "units": units}
        script, names = "verify_block.py", list(graders)
        if model and model in self.grid.models and self.grid.has_scores(model):  # what their file says is one more
            graders = tuple(name for name in graders if name != REPORTED)  # which grades nothing itself
            script, names = "verify_imported.py", [*graders, REPORTED]
            reading |= {"right": entry["responses"]["right"]} if "right" in entry["responses"] else {}
        code = library(script, *grader_files(graders))
        return {"graders": names, "code": code, **reading, "limits": self._limits()}

    def gold_check(self, script: str, benchmark: str) -> dict:
        """The spec of how graders judge gold answers, or wrong answers to other problems."""
        graders = self.graders(benchmark)
        return {"graders": list(graders), "code": library(script, *grader_files(graders)), "limits": self._limits()}

    def wrong_answers(self, benchmark: str) -> list[str]:
        """Those of every curve on a benchmark; none where a bundle left out its gold answers: what was found stays."""
        if self.grid.opened and not self.grid.is_published(benchmark):
            return []
        return [ANSWERS.of(curve) for curve in self.grid.curves if curve.benchmark == benchmark]

    def _limits(self) -> VerificationLimits:
        asked = self.config["verification"].items()
        limits: Any = {key: value for key, value in asked if key != "minimum_isolation"}
        return limits

    def setup(self, benchmark: str, **_) -> dict:
        """Settings that decide no verdict: the verdict cache, and the required sandbox level, if any."""
        cache = VERDICT_CACHE.format(benchmark=benchmark)
        return {"cache": cache, "least": self.config["verification"].get("minimum_isolation")}
