"""Benchmarks: what their problems are made of. Light: runs at parse time."""

from pathlib import Path

from boundary.files.known_digests import file_digest, images_digest
from boundary.grid import Grid
from boundary.identity import BENCHMARK_PROTOCOL, PROBE_PROTOCOL
from boundary.paths import BENCHMARK_DOWNLOAD

OF_BENCHMARK = (
    *("source", "verifier", "task", "problems", "seed", "id", "question", "answer", "filter", "hub", "files"),
    *("url", "format", "tolerance", "precision", "type", "transform", "part", "image", "stratum"),
    *("reasoning_gym", "options", "set", "largest", "choices"),
)
OF_DOWNLOAD = ("hub", "files", "url", "sha256")


class Benchmarks:
    """What decides the problems of a benchmark, and the file that they are made of, by its name."""

    def __init__(self, grid: Grid):
        self.grid = grid

    def source(self, benchmark: str) -> str | list:
        """The file that a benchmark is made of, or the manifest of its download."""
        entry = self.grid.benchmarks[benchmark]
        if self.grid.opened:
            return []
        if entry["source"] in ("hub", "url"):
            return BENCHMARK_DOWNLOAD.format(benchmark=benchmark)
        return entry["file"] if entry["source"] == "file" else []

    def download(self, benchmark: str) -> dict:
        """Where the files of a benchmark are; of a hub, with their commit."""
        entry = self.grid.benchmarks[benchmark]
        return {key: entry[key] for key in OF_DOWNLOAD if key in entry}

    def spec(self, benchmark: str) -> dict:
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
