"""Identity: the few facts that decide what a stage's output is, as dicts of plain builtins.

Each rule gets one such dict as its `spec`. Snakemake reruns a job when it changes, and the same dict is written into
the file's metadata. GPU counts, batch sizes, labels and paths of weights never enter. Runs at parse time: stays light.
"""

import hashlib
from functools import cache
from pathlib import Path

from boundary.config import is_folder

# raise one of these on purpose when a change of code changes what it names
BENCHMARK_PROTOCOL = 2  # the problems
IMPORT_PROTOCOL = 1  # how responses and counts of others are read
SAMPLING_PROTOCOL = 1  # the samples
SPOTS, SPOT = 128, 65_536  # how many places of a file are read, evenly spaced, and bytes at each


def benchmark_spec(config: dict, benchmark: str) -> dict:
    """What decides the problems of a benchmark."""
    entry = config["benchmarks"][benchmark]
    kept = ("source", "verifier", "task", "problems", "seed", "id", "question", "answer", "filter", "hub", "files")
    kept += ("url", "format", "tolerance", "precision", "type", "transform", "part", "image", "stratum")
    kept += ("reasoning_gym", "options")
    spec = {"protocol": BENCHMARK_PROTOCOL} | {key: entry[key] for key in kept if key in entry}
    if entry["source"] == "file":
        spec["sha256"] = file_digest(entry["file"])
    return spec


def prompt_spec(config: dict, model: str, benchmark: str) -> dict:
    """What decides the prompts of a model on a benchmark, given its problems."""
    return {"template": config["prompts"][config["models"][model]["prompt"][benchmark]]}


def sample_spec(config: dict, model: str, benchmark: str, decoding: str) -> dict:
    """What decides the samples of a model under a decoding, given their prompts, which are compared by hash.

    Of samples or counts that exist already: the file they come from, and how it is read.
    """
    entry = config["models"][model]
    for origin in ("responses", "counts"):
        if origin in entry:
            columns = {key: column for key, column in entry[origin].items() if key != "files"}
            file = file_digest(entry[origin]["files"][benchmark])
            return {"protocol": IMPORT_PROTOCOL, origin: {"sha256": file, **columns}}
    return {
        "protocol": SAMPLING_PROTOCOL,
        "seed": config["seed"],
        "model": {
            "weights": weights_identity(entry["weights"]),
            "dtype": entry["dtype"],
            "prompt": prompt_spec(config, model, benchmark)["template"],
            "stop": entry["stop"],
            "stop_token_ids": entry["stop_token_ids"],
        },
        "decoding": {key: value for key, value in config["decodings"][decoding].items() if key != "benchmarks"},
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
    """Digest of names, sizes and contents: of up to 8 MB whole, of larger files 128 evenly spaced spots."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).iterdir()):
        if path.suffix not in {".safetensors", ".bin", ".json", ".jinja", ".txt", ".model"}:
            continue
        size = path.stat().st_size
        digest.update(f"{path.name}:{size}\n".encode())
        with path.open("rb") as file:
            step = max(SPOT, (size - SPOT) // (SPOTS - 1))
            for start in range(0, size, step):
                file.seek(start)
                digest.update(file.read(SPOT))
    return "sha256:" + digest.hexdigest()
