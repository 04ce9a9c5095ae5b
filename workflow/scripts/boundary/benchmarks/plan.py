"""Benchmarks: the origin of their problems. Light: runs at parse time."""

import re
from pathlib import Path
from typing import Any

from boundary.contracts import Config
from boundary.errors import InputError
from boundary.files.known_digests import file_digest, images_digest
from boundary.grid import Grid
from boundary.identity import BENCHMARK_PROTOCOL, PROBE_PROTOCOL
from boundary.paths import BENCHMARK, BENCHMARK_DOWNLOAD

OF_BENCHMARK = (
    *("source", "verifier", "task", "problems", "seed", "id", "question", "answer", "filter", "hub", "files"),
    *("url", "format", "tolerance", "precision", "type", "transform", "part", "image", "stratum"),
    *("reasoning_gym", "options", "set", "largest", "choices"),
)
OF_DOWNLOAD = ("hub", "files", "url", "sha256")
DOWNLOADED = ("hub", "url")
READ = ("file", *DOWNLOADED)  # sources that have columns
REASONING_GYM = re.compile("reasoning[-_ ]?gym", re.IGNORECASE)


class Benchmarks:
    """The specs and source files of benchmarks, by their names."""

    def __init__(self, grid: Grid):
        self.grid = grid

    def source(self, benchmark: str) -> str | list:
        """The file of a benchmark's rows, or the manifest of its download."""
        entry = self.grid.benchmarks[benchmark]
        if self.grid.opened:
            return []
        if entry["source"] in DOWNLOADED:
            return BENCHMARK_DOWNLOAD.format(benchmark=benchmark)
        return entry["file"] if entry["source"] == "file" else []

    def download(self, benchmark: str) -> dict:
        """The address of the files of a benchmark; on a hub, with their commit."""
        entry: Any = self.grid.benchmarks[benchmark]
        return {key: entry[key] for key in OF_DOWNLOAD if key in entry}

    def spec(self, benchmark: str) -> dict:
        """The spec of a benchmark's problems."""
        entry: Any = self.grid.benchmarks[benchmark]
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

    def clustered(self) -> dict[str, str]:
        """The column of families of every benchmark that has one."""
        whole = {name: self.grid.benchmarks[self.grid.whole_of(name)] for name in self.grid.benchmarks}
        return {name: entry["cluster"] for name, entry in whole.items() if "cluster" in entry}

    def in_families(self) -> list[str]:
        """The benchmarks of reasoning-gym, by their file names, whose tasks are not distinguished."""
        found = []
        for name in self.grid.built:
            entry = self.grid.benchmarks[name]
            called = (name, entry.get("file", ""), entry.get("hub", ""), entry.get("url", ""))
            if entry["source"] in READ and "cluster" not in entry and any(map(REASONING_GYM.search, called)):
                found.append(name)
        return found

    def cluster_source(self, benchmark: str) -> str | list:
        """The input of clusters: the file itself, or the benchmark that was built from a download. A deleted
        download is no reason to build, and so to sample, anything again: it is not an input."""
        entry = self.grid.benchmarks[benchmark]
        return BENCHMARK.format(benchmark=benchmark) if entry["source"] in DOWNLOADED else self.source(benchmark)

    def cluster_setup(self, benchmark: str, **_) -> dict:
        """The place of the rows: the file or the manifest of the download, and how to download it again if it was
        deleted."""
        return {"source": self.source(benchmark), "download": self.download(benchmark)}

    def cluster_spec(self, benchmark: str) -> dict:
        return {"cluster": self.grid.benchmarks[benchmark]["cluster"], "benchmark": self.spec(benchmark)}


def check(config: Config, places: list[Path]) -> None:
    """`cluster` can only name a column of a benchmark with rows of a file."""
    for name, entry in config["benchmarks"].items():
        if "cluster" in entry and entry["source"] not in READ:
            raise InputError(
                f"config: benchmarks.{name}.cluster = {entry['cluster']!r} names a column, and problems of "
                f"{entry['source'].replace('_', '-')} are made, not read from a file with columns: leave it out"
            )
