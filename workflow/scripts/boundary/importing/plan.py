"""Imports: samples and counts that exist already. Light: runs at parse time."""

import itertools
from typing import Any

from boundary.contracts import SampleSpec, Settings
from boundary.files.known_digests import file_digest
from boundary.grid import Grid, is_sampled, of_grid
from boundary.identity import IMPORT_PROTOCOL
from boundary.names import Block, Curve
from boundary.paths import SAMPLES, of_readable_blocks

ORIGINS = ("responses", "counts")
OF_VERDICTS = ("files", "extraction", "right")  # of imported responses, what changes no sample


@of_grid
def compared(grid: Grid) -> dict[tuple[Curve, Curve], bool]:
    """The curves of base and tuned model of every comparison with imported samples or counts on a side, and whether
    their prompts may differ; subsets count as their whole, several runs singly."""
    found = {}
    for comparison in grid.every_comparison:
        on, pair = grid.whole_of(comparison.benchmark), grid.pair(*comparison.pair, comparison.decoding)
        wholes = [curve._replace(benchmark=on) for curve in comparison.curves]
        runs = [[curve._replace(model=run) for run in grid.runs_of(curve.model)] for curve in wholes]
        for base, tuned in itertools.product(*runs):
            if not (is_sampled(grid.models[base.model]) and is_sampled(grid.models[tuned.model])):
                found[base, tuned] = pair["prompts_differ"]
    return found


def settings(grid: Grid, decoding: str) -> Settings:
    """Settings of a decoding that files of samples may also state."""
    chosen: Any = grid.config["decodings"][decoding]
    found: Any = {key: chosen[key] for key in ("temperature", "top_p", "max_tokens") if key in chosen}
    return found


class Imports:
    """Files of other tools, by model and benchmark."""

    def __init__(self, grid: Grid):
        self.grid = grid

    def responses(self, model: str, benchmark: str, **_) -> list[str]:
        files = self.grid.models[model]["responses"]["files"][benchmark]
        return [] if self.grid.opened else [files] if isinstance(files, str) else files

    def counted(self, model: str, benchmark: str, **_) -> str | list:
        return [] if self.grid.opened else self.grid.models[model]["counts"]["files"][benchmark]

    def spec(self, model: str, benchmark: str) -> SampleSpec | None:
        """The source files of samples or counts, and how they are read; None for samples that are made here."""
        entry: Any = self.grid.models[model]
        origin = next((origin for origin in ORIGINS if origin in entry), None)
        if origin is None:
            return None
        columns = {key: column for key, column in entry[origin].items() if key not in OF_VERDICTS}
        if columns.get("lists") == "text":
            del columns["lists"]  # as they are read without it, once it is clear that they are meant so
        if origin == "responses" and benchmark in self.grid.guessed:
            columns["choice"] = True
        files = entry[origin]["files"][benchmark]
        digest = file_digest(files) if isinstance(files, str) else [file_digest(file) for file in files]
        spec: Any = {"protocol": IMPORT_PROTOCOL, origin: {"sha256": digest, **columns}}
        return spec

    def setup(self, model: str, benchmark: str, decoding: str, **_) -> dict:
        """model; decoding: its settings; partners: imported samples of other models of its pairs with prompts that
        must be equal: their `path` and `spec`; samples: number per problem that the configuration asks for, or None."""
        own, partners = Curve(model, benchmark, decoding), {}
        for pair in (pair for pair, may_differ in compared(self.grid).items() if own in pair and not may_differ):
            for other in pair:
                if other != own and "responses" in self.grid.models[other.model]:
                    spec = self.spec(other.model, other.benchmark)
                    partners[other.model] = {"path": SAMPLES.of(Block(*other, "imported")), "spec": spec}
        asked = self.grid.models[model]["samples"].get(benchmark, self.grid.benchmarks[benchmark]["samples"])
        number = asked if asked > 1 else None  # 1 is also filled in where nothing is sampled
        return {"model": model, "decoding": settings(self.grid, decoding), "partners": partners, "samples": number}

    def every_compared(self) -> list[str]:
        """The imported samples of every model that is compared."""
        curves = dict.fromkeys(curve for pair in compared(self.grid) for curve in pair)
        there = (curve for curve in curves if self.grid.has_samples(curve.benchmark))
        imported = [curve for curve in there if "responses" in self.grid.models[curve.model]]
        return [path for curve in imported for path in of_readable_blocks(self.grid, SAMPLES, *curve)]

    def stated(self) -> list[dict]:
        """`compared`: for either side its curve, its decoding's settings, and whether it is sampled here."""

        def side(curve: Curve) -> dict:
            entry = self.grid.models[curve.model]
            right = {"right": said["right"]} if "right" in (said := entry.get("responses", {})) else {}
            return {
                "curve": list(curve),
                "decoding": settings(self.grid, curve.decoding),
                "sampled": is_sampled(entry),
                **right,
            }

        pairs = compared(self.grid).items()
        return [{"base": side(b), "tuned": side(t), "prompts_differ": differ} for (b, t), differ in pairs]
