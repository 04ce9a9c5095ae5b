"""The memory for which a verification job asks a cluster. Light: runs at parse time."""

import functools
import os
import re
from pathlib import Path

NOT_TRACKED = True
LARGEST = "largest_gold"  # what a benchmark's file says of itself: characters of the gold of one problem
OWN, COPIES = 2000, 8  # megabytes of a job; how often each worker has the tests it is at, read, sent and compared
UNKNOWN = 100 << 20  # what is assumed of a benchmark that was built without saying it
SAID = re.compile(rb'(?<!\\)"%s": ([0-9]+)' % LARGEST.encode())


def verification_memory(wildcards, input, threads, attempt) -> int:
    """Megabytes for a job, a resources function of Snakemake: more with each attempt. input: `problems`."""
    try:
        stat = os.stat(str(input.problems))
        largest = _largest(str(input.problems), stat.st_size, stat.st_mtime_ns)
    except FileNotFoundError:  # Snakemake asks again once it is built
        largest = UNKNOWN
    return attempt * (OWN + COPIES * threads * (largest >> 20))


@functools.cache
def _largest(benchmark: str, size: int, changed: int) -> int:
    """Of the file's metadata, which is plain text in the footer of parquet: its length is in the last eight bytes."""
    with Path(benchmark).open("rb") as file:
        file.seek(size - 8)
        length = int.from_bytes(file.read(4), "little")
        file.seek(max(0, size - 8 - length))
        said = SAID.search(file.read(length))
    return int(said[1]) if said else UNKNOWN
