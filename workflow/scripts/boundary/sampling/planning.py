"""What a configuration would sample, before it costs anything: blocks, samples, tokens and GPU-hours per model."""

import contextlib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from boundary.analysis.sets import Judged, rate_to_decide, samples_to_decide
from boundary.benchmarks.rows import rows_of_file
from boundary.contracts import Benchmark, Job, Planned, SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.names import SIDES
from boundary.paths import BENCHMARK
from boundary.sampling import block_store
from boundary.sampling.pace import seconds_of_job
from boundary.sampling.serving.ledger import Ledger, cost
from boundary.sampling.templates import beginning_of, without_beginning

GPU_HOURS, CPU_HOURS = "GPU-hours", "CPU-hours"
COLUMNS = ("model", "benchmark", "decoding", "blocks", "to_sample", "samples", "tokens", "tokens_from", "gpu_hours")


def finished(path: Path, spec: SampleSpec) -> Path | None:
    """The file of a block of this spec, under its own name or in the store; None if there is none."""
    kept = sorted(path.parent.glob(f".{path.stem}.*parquet*"))
    return next((file for file in (path, *kept) if file.exists() and store.has_spec(file, spec)), None)


def measured(path: Path, benchmark: Path) -> tuple[int, int, float | None]:
    """Samples, tokens and seconds of a finished block; seconds from Snakemake's benchmark file, None without one."""
    tokens = store.read(path, ["tokens"])["tokens"]
    return len(tokens), int(tokens.sum()), seconds_of_job(str(benchmark))


def rows_of_own_file(entry: Benchmark) -> int:
    """Number of problems that a benchmark from the user's own file will have. entry: of the configuration."""
    if "part" in entry:
        return entry["part"]["sizes"][entry["part"]["index"]]
    return sum(1 for _ in rows_of_file(entry, Path(entry["file"])))


def plan(jobs: list[Job]) -> pl.DataFrame:
    """One row per model, benchmark and decoding: blocks in total and to sample, samples, expected tokens and GPU-hours.

    jobs: of `Setup.to_plan`. Samples are counted from the benchmark if it is built, else from the rows of the user's
    own file. Tokens of a sample: the mean of finished blocks of the same model, else of the same benchmark and
    decoding, else max_tokens, an upper bound; `tokens_from` says which. GPU-hours come from the tokens per second of
    the same model's finished blocks, start-up included; null if there are none.
    """
    per_sample: dict[tuple, list[tuple]] = {}
    counted: dict[str, int] = {}
    rows = []
    for job in jobs:
        built = Path(BENCHMARK.format(benchmark=job["benchmark"]))
        if built.exists():
            job["problems"] = len(store.read(built, ["problem_id"]))
        elif job["problems"] is None and (own := job.get("own_file")):
            if job["benchmark"] not in counted:
                counted[job["benchmark"]] = rows_of_own_file(own)
            job["problems"] = counted[job["benchmark"]]
        done: list[tuple[int, int, float | None]] = []
        missing = 0
        job["indices"], job["finished"] = set(), set()
        for path, benchmark, samples in ((Path(path), Path(speed), samples) for path, speed, samples in job["blocks"]):
            if file := finished(path, job["spec"]):
                done.append(measured(file, benchmark))
            else:
                missing += samples
            job["finished" if file else "indices"].update(_indices(path))
        job["done"], job["missing"] = done, missing
        for key in (_of_model(job), _of_benchmark(job)):
            per_sample.setdefault(key, []).extend(done)
    for job in jobs:
        total = None if job["problems"] is None else job["missing"] * job["problems"]
        mean, source = _tokens_per_sample(job, per_sample)
        job["tokens_per_sample"] = mean
        tokens = None if total is None else round(total * mean)
        per_token = job["hours_per_token"] = _hours_per_token(job, per_sample)
        hours = None if tokens is None or per_token is None else tokens * per_token
        blocks = len(job["blocks"])
        left = blocks - len(job["done"])
        rows.append((job["model"], job["benchmark"], job["decoding"], blocks, left, total, tokens, source, hours))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


class Shared(NamedTuple):
    """Samples that several benchmarks have in common, because one is a part of another: they are sampled once."""

    samples: int = 0
    tokens: int = 0
    hours: float = 0.0
    benchmarks: tuple[str, ...] = ()


def shared(jobs: list[Job]) -> Shared:
    """Samples that the rows of `plan` count more than once, by the random streams that benchmarks share. jobs: after
    `plan`.

    Of two benchmarks of one stream the smaller is assumed to be part of the larger.
    """
    by_stream: dict[tuple, list[Job]] = {}
    for job in jobs:
        if job["problems"] is not None:
            by_stream.setdefault((job["model"], job["decoding"], job["stream"]), []).append(job)
    found = [_shared(jobs) for jobs in by_stream.values() if len(jobs) > 1]
    names = dict.fromkeys(name for one in found for name in one.benchmarks)
    samples, tokens = sum(one.samples for one in found), sum(one.tokens for one in found)
    return Shared(samples, tokens, sum(one.hours for one in found), tuple(names)) if found else Shared()


def _problems(job: Job) -> int:
    return job["problems"] or 0


def _shared(jobs: list[Job]) -> Shared:
    total, largest = 0, max(jobs, key=_problems)
    for index in set().union(*(job["indices"] for job in jobs)):
        asked = [_problems(job) for job in jobs if index in job["indices"]]
        there = max((_problems(job) for job in jobs if index in job["finished"]), default=0)
        total += sum(asked) - max(0, max(asked) - there)
    tokens = round(total * largest["tokens_per_sample"])
    hours = tokens * (largest["hours_per_token"] or 0.0)
    return Shared(total, tokens, hours, tuple(job["benchmark"] for job in jobs) if total else ())


CHARACTERS = 3  # of a prompt's token, at least about: its tokens are not known before it is sent


def money(jobs: list[Job]) -> str:
    """The expected and past costs of samples of models with a price, a line each; empty without such a model.

    jobs: after `plan`. Tokens of a response as in the plan; of a prompt by its length, if it is rendered.
    """
    by_model: dict[str, list[Job]] = {}
    for job in (job for job in jobs if "price" in job):
        by_model.setdefault(job["model"], []).append(job)
    lines = []
    for model, own in by_model.items():
        known = [job for job in own if job["problems"] is not None]
        sums = sum(job["missing"] * _problems(job) * _cost_of_sample(job) for job in known)
        text = f"{model}: {'at most ' if any(_is_bound(job) for job in known) else ''}{sums:,.2f} for what is to sample"
        text += "" if len(known) == len(own) else " of benchmarks that are built"
        if spent := Ledger(model, own[0]["price"], None).total():
            text += f", {spent:,.2f} spent"
        if "limit" in own[0]:
            text += f", limit {own[0]['limit']:,.2f}" + (
                ": sampling will stop there" if sums + spent > own[0]["limit"] else ""
            )
        lines.append(text)
    return "\n".join(["", "Cost, in the currency of models.*.server.price:", *lines]) if lines else ""


def _cost_of_sample(job: Job) -> float:
    prompts = Path(job["prompts"])
    lengths = store.read(prompts, ["prompt"])["prompt"].str.len_chars() if prompts.exists() else ()
    return cost(job["price"], sum(lengths) / max(len(lengths), 1) / CHARACTERS, job["tokens_per_sample"])


def _is_bound(job: Job) -> bool:
    return job["missing"] > 0 and job["tokens_per_sample"] == job["spec"]["decoding"]["max_tokens"]


def made_anew(jobs: list[Job]) -> str:
    """Blocks that are sampled although samples with another setting exist, and the difference; a line for each
    curve, empty if there are none. jobs: after `plan`."""
    lines = []
    for job in jobs:
        reasons: Counter[str] = Counter()
        for path, _, samples in job["blocks"]:
            if not finished(Path(path), job["spec"]) and (reason := _differing(Path(path), job["spec"])):
                reasons[reason] += samples
        names, problems = "/".join([job["model"], job["benchmark"], job["decoding"]]), job["problems"]
        for reason, samples in reasons.items():
            number = f"{samples:,} samples of each problem" if problems is None else f"{samples * problems:,} samples"
            lines.append(f"  {names}: {number}: {reason}")
    heading = ["", "Sampled again, although samples of another setting exist (they are kept):"]
    return "\n".join(heading + lines) if lines else ""


def _differing(path: Path, spec: SampleSpec) -> str | None:
    """In what the nearest block of the same samples differs; None where there is none, or max_tokens alone differs."""
    first, last = map(int, path.stem.split("-"))
    found: list[list[str]] = []
    for file in block_store.overlapping(path.parent, first, last):
        with contextlib.suppress(InputError):  # a damaged file is no block
            other = store.about(file)["spec"]
            found.append(_begun(other, spec) or store.differences(file, spec))
    if not found or any(all(line.startswith("max_tokens was") for line in lines) for lines in found):
        return None
    nearest: list[str] = min(found, key=len)
    return "; ".join(nearest)


def _begun(found: SampleSpec, spec: SampleSpec) -> list[str]:
    """How the prompt begins now, where two specs are the same but for its beginning-of-sequence token; else nothing."""
    one, other = (said.get("model", {}).get("prompt", "") for said in (found, spec))
    if found != spec | {"model": spec["model"] | {"prompt": one}} or without_beginning(one) != without_beginning(other):
        return []
    begins = f"begins with {beginning_of(other)} now" if beginning_of(other) else "has no beginning of its own now"
    return [f"the prompt {begins}, as the model's tokenizer asks for"]


def _hours_per_token(job: Job, per_sample: dict[tuple, list[tuple]]) -> float | None:
    """GPU-hours of a token, by finished blocks of the model; 0 where a server has the GPUs, None without a time."""
    if not job["gpus"]:
        return 0.0
    timed = [(t, s) for done in (per_sample[k] for k in per_sample if k[0] == job["model"]) for _, t, s in done if s]
    tokens, seconds = (sum(column) for column in zip(*timed, strict=True)) if timed else (0, 0)
    return job["gpus"] * seconds / tokens / 3600 if tokens else None


def to_decide(claims: list[Any], jobs: list[Job], hours_of: str = GPU_HOURS) -> str:
    """What would decide undecided claims, a line each; empty if there are none. jobs: after `plan`."""
    hours, lines = {job["model"]: job["hours_per_token"] for job in jobs}, []
    for claim in claims:
        base, tuned = (hours.get(claim[side]) for side in SIDES)
        per_token = None if base is None or tuned is None else (base + tuned) / 2
        ways = []
        if number := claim.get("clusters_to_decide"):
            more = f"{number - claim['clusters']:,} more families of problems"
            ways.append(more + _cost(claim.get("tokens_of_problems"), per_token, hours_of))
        for kind, what in (("problems", "problems in all"), ("samples", "samples of each problem")):
            if number := claim.get(f"{kind}_to_decide"):
                ways.append(f"{number:,} {what}{_cost(claim.get(f'tokens_of_{kind}'), per_token, hours_of)}")
        if ways:
            about = " against ".join(claim[side] for side in ("tuned", "base"))
            about += f", {claim['benchmark']}, {claim['decoding']}"
            lines.append(f"{claim['claim']}: {about}: {' or '.join(ways)}")
    heading = ["", "What would settle undecided claims (with 80% power, if the estimate is right):"]
    return "\n".join(heading + lines) if lines else ""


def _cost(tokens: int | None, per_token: float | None, hours_of: str) -> str:
    if tokens is None:
        return ""
    hours = "" if per_token is None else f", {tokens * per_token:,.2f} {hours_of}"
    return f" ({tokens:,} tokens more{hours})"


def cannot_be_decided(jobs: list[Job], asked: Planned) -> list[str]:
    """A line for each benchmark whose claims about sets of problems no result of these samples could support.

    jobs: after `plan`. asked: of `Claims.planned`.
    """
    lines = []
    for benchmark, models in asked["models"].items():
        here = [job for job in jobs if job["benchmark"] == benchmark and job["model"] in models]
        if not here or here[0]["problems"] is None:
            continue
        n = min(sum(samples for *_, samples in job["blocks"]) for job in here)
        judged = Judged(asked["rate"], 1 - asked["level"], 2 if benchmark in asked["topped_up"] else 1)
        size = here[0]["problems"], asked["claims"]
        if n < (least := samples_to_decide(*size, judged)):
            lines.append(
                f"{benchmark}: n = {n} is too small to confirm any problem that one model solves at a rate of "
                f"{asked['rate']:.3g} or more and the other never solved; it takes {least:,} samples of each problem, "
                f"or an analysis.rate of {rate_to_decide(n, *size, judged):.2g}"
            )
    return lines


def _of_model(job: Job) -> tuple:
    return job["model"], job["benchmark"], job["decoding"]


def _of_benchmark(job: Job) -> tuple:
    return "", job["benchmark"], job["decoding"]


def _tokens_per_sample(job: Job, per_sample: dict[tuple, list[tuple]]) -> tuple[float, str]:
    for key, source in ((_of_model(job), "this model's blocks"), (_of_benchmark(job), "other models' blocks")):
        samples = sum(n for n, _, _ in per_sample[key])
        if samples:
            return sum(tokens for _, tokens, _ in per_sample[key]) / samples, source
    return job["spec"]["decoding"]["max_tokens"], "max_tokens (upper bound)"


def _indices(block: Path) -> range:
    """The sample indices of a block, by its name."""
    first, last = map(int, block.stem.split("-"))
    return range(first, last + 1)


def as_text(planned: pl.DataFrame, shared: Shared, hours_of: str = GPU_HOURS) -> str:
    """The plan as a table for the terminal, with a line of totals, which counts `shared` samples once.

    hours_of: GPU-hours, or CPU-hours if models are sampled on the CPU of this machine.
    """
    if planned.is_empty():
        return "Nothing to sample: the samples of all models are imported, packed in a bundle, or given as counts."
    text = [["model", "benchmark", "decoding", "blocks", "to sample", "samples", "tokens", "tokens from", hours_of]]
    for row in planned.iter_rows():
        text.append([_cell(value) for value in row])
    for_total = planned.select("blocks", "to_sample", "samples", "tokens", "gpu_hours")
    unknown = for_total["gpu_hours"].filter(for_total["to_sample"] > 0).null_count()
    sums = list(for_total.sum().row(0))
    sums[2:] = [total - twice if total else total for total, twice in zip(sums[2:], shared[:3], strict=True)]
    totals = [_cell(value) for value in sums]
    more = " + unknown" if unknown and totals[4] != "unknown" else ""
    text.append(["total", "", "", *totals[:4], "", totals[4] + more])
    widths = [max(len(row[i]) for row in text) for i in range(len(text[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in text]
    if built_later := planned.filter(pl.col("samples").is_null())["benchmark"].unique(maintain_order=True).to_list():
        lines.append(f"The problems of {', '.join(built_later)} are counted once it is built.")
    if shared.samples:
        names = " and ".join(shared.benchmarks)
        lines.append(f"{shared.samples:,} samples of {names} are the same: the total counts them once.")
    if unknown:
        lines.append(f"{hours_of} of a model are known once one of its blocks was sampled here.")
    return "\n".join(lines)


def _cell(value) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
