"""Identity: the facts that decide a job's output, as dicts of plain builtins, and protocol numbers.

Each rule gets one such dict as its `spec`, and its script makes the output from the spec alone. Snakemake reruns a job
if the spec changes, and the same dict is written into the file's metadata. GPU counts, batch sizes and places of
weights are never part of it. The order of keys counts, because Snakemake compares text. The spec of a job is defined in
the plan.py of its stage. Light: runs at parse time.
"""

from boundary.contracts import Model
from boundary.files.known_digests import gguf_digest, weights_digest
from boundary.files.locations import is_folder, is_gguf
from boundary.sampling.templates import by_chat

# raise one of these on purpose when a change of code changes what it names
BENCHMARK_PROTOCOL = 2  # the problems
IMPORT_PROTOCOL = 1  # how responses and counts of others are read
SAMPLING_PROTOCOL = 1  # the samples
CUT_PROTOCOL = 1  # those that are cut from others
MATCHING_PROTOCOL = 1  # the temperature at which entropies are equal
SCORING_PROTOCOL = 1  # what models make of responses
TRAINING_PROTOCOL = 2  # weights that are trained here
GGUF_PROTOCOL = 1  # how weights are made of a GGUF file
EXPLORING_PROTOCOL = 1  # exact probabilities of responses
PROBE_PROTOCOL = 1  # how questions are cut in two


def model_identity(entry: Model) -> dict:
    """The identity of a model: its weights and their precision, or its name on a server, independent of the address."""
    if "server" in entry:
        served = entry["server"]
        more = {key: served[key] for key in ("revision", "api", "extra") if key in served}
        if not by_chat(entry):  # completions are what nobody needs to say
            more.pop("api", None)
        return {"server": served["model"], **more}
    return {"weights": weights_identity(entry["weights"]), "dtype": entry["dtype"]}


def weights_identity(weights: str) -> str:
    """The pinned hub id, or a digest of a folder or GGUF file: moving the file keeps it, overwriting the file
    changes it."""
    if is_gguf(weights):
        return f"gguf {gguf_digest(weights)} {GGUF_PROTOCOL}"
    return weights_digest(weights) if is_folder(weights) else weights
