"""Identity: the few facts that decide what a stage's output is, as dicts of plain builtins.

Each rule gets one such dict as its `spec`. Snakemake reruns a job when it changes, and the same dict is written into
the file's metadata. GPU counts, batch sizes, labels and paths of weights never enter. Runs at parse time: stays light.
"""

import hashlib
from functools import cache
from pathlib import Path

from boundary.config import is_folder

# raise one of these on purpose when a change of code changes what it names
BENCHMARK_PROTOCOL = 1  # the problems
SAMPLING_PROTOCOL = 1  # the samples
SPOT = 65_536  # bytes read at both ends of a weight file


def benchmark_spec(config: dict, benchmark: str) -> dict:
    """What decides the problems of a benchmark."""
    entry = config["benchmarks"][benchmark]
    kept = ("source", "verifier", "task", "problems", "seed", "id", "question", "answer", "filter")
    spec = {"protocol": BENCHMARK_PROTOCOL} | {key: entry[key] for key in kept if key in entry}
    if entry["source"] == "file":
        spec["sha256"] = file_digest(entry["file"])
    return spec


def sample_spec(config: dict, model: str, benchmark: str, decoding: str) -> dict:
    """What decides the samples of a model on a benchmark under a decoding."""
    entry = config["models"][model]
    return {
        "protocol": SAMPLING_PROTOCOL,
        "seed": config["seed"],
        "model": {
            "weights": weights_identity(entry["weights"]),
            "dtype": entry["dtype"],
            "prompt": config["prompts"][entry["prompt"]],
            "stop": entry["stop"],
            "stop_token_ids": entry["stop_token_ids"],
        },
        "benchmark": benchmark_spec(config, benchmark),
        "decoding": config["decodings"][decoding],
    }


def weights_identity(weights: str) -> str:
    """The pinned hub id, or a digest of a folder: moving the folder keeps it, overwriting the weights changes it."""
    return folder_digest(weights) if is_folder(weights) else weights


@cache
def file_digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def folder_digest(folder: str) -> str:
    """Digest of names, sizes and both ends of every file: milliseconds also for 100 GB of weights."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        if path.suffix not in {".safetensors", ".bin", ".json", ".jinja", ".txt", ".model"}:
            continue
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(SPOT))
            if size > SPOT:
                file.seek(max(SPOT, size - SPOT))
                digest.update(file.read(SPOT))
    return "sha256:" + digest.hexdigest()
