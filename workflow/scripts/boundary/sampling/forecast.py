"""The work of a sampling job, in words, before it costs anything: numbers of kept and of new samples, and why."""

import contextlib
import json
from pathlib import Path

from boundary.changes import changes
from boundary.contracts import SampleSpec, SamplingSetup
from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.blocks import SAMPLE_KEYS, block_requests, expected, finished_rows
from boundary.sampling.job import SAMPLES, files, formerly, stream
from boundary.sampling.lengths import of_other_lengths
from boundary.sampling.prompts import RENDERED
from boundary.sampling.renames import former_names
from boundary.sampling.templates import by_chat

NOT_TRACKED = True


def forecast(output: str, prompts: str, spec: SampleSpec, setup: SamplingSetup) -> str:
    """One sentence about the block `output`. prompts: the file of its prompts, which need not exist yet."""
    path = Path(output)
    first, last = map(int, path.stem.split("-"))
    names = [setup["model"], *former_names(SAMPLES, setup["model"])]
    names += [name for name in formerly(setup, first, last, spec) if name not in names]
    if not Path(prompts).exists():
        return "new: its prompts are not rendered yet"
    try:
        rendered = store.read(prompts, RENDERED)
    except InputError as error:
        return str(error)
    requests = block_requests(rendered, first, last, spec["seed"], stream(setup["model"], setup))
    wanted = expected(requests, rendered, spec["seed"], [stream(name, setup) for name in names])
    there = len(finished_rows(files(names, setup, first, last), spec, wanted, SAMPLE_KEYS))
    total = len(requests)
    if there == total:
        return f"all {total:,} samples are kept, nothing is sampled"
    found = f"{there:,} of {total:,} samples are kept, " if there else ""
    lengths = {length for _, length in of_other_lengths(files(names, setup, first, last), spec)}
    if lengths:
        shown = ", ".join(map(str, sorted(lengths)))
        longer = "sampled again if they are longer" if "server" in spec["model"] else "truncated if they are longer"
        if by_chat(spec["model"]):
            return f"{found}those of max_tokens {shown} are used, or sampled again if they are longer or were truncated"
        return f"{found}those of max_tokens {shown} are used, {longer}, or continued if they were truncated"
    why = _why(path, spec, setup, first, last)
    return f"{found}{total - there:,} are sampled" + (f": {why}" if why else "")


def _why(path: Path, spec: SampleSpec, setup: SamplingSetup, first: int, last: int) -> str | None:
    """In what kept samples differ from what is asked for."""
    differing = []
    for file in files([setup["model"]], setup, first, last):
        with contextlib.suppress(InputError):  # a damaged file is no reason
            differing.append(changes(store.about(file)["spec"], json.loads(json.dumps(spec))))
    if not differing:
        return None
    nearest = min(differing, key=len)
    return "; ".join(nearest) or "the other kept samples are of other prompts"
