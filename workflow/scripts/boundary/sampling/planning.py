"""What a configuration would sample, before it is paid for: blocks, samples, tokens and GPU-hours per model."""

import json
from pathlib import Path

import polars as pl

from boundary.analysis.sets import Judged, rate_to_decide, samples_to_decide
from boundary.files import store
from boundary.paths import BENCHMARK

COLUMNS = ("model", "benchmark", "decoding", "blocks", "to_sample", "samples", "tokens", "tokens_from", "gpu_hours")


def finished(path: Path, spec: dict) -> Path | None:
    """The file that holds a block of this spec, under its own name or where it is kept; None where there is none."""
    kept = sorted(path.parent.glob(f".{path.stem}.*parquet*"))
    return next((file for file in (path, *kept) if file.exists() and store.has_spec(file, spec)), None)


def measured(path: Path, benchmark: Path) -> tuple[int, int, float | None]:
    """Samples, tokens and seconds of a finished block; seconds from Snakemake's benchmark file, None without one."""
    tokens = store.read(path, ["tokens"])["tokens"]
    try:
        seconds = json.loads(benchmark.read_text().splitlines()[0])["s"]
    except (OSError, ValueError, KeyError, IndexError):
        seconds = None
    return len(tokens), int(tokens.sum()), seconds


def plan(jobs: list[dict]) -> pl.DataFrame:
    """One row per model, benchmark and decoding: blocks in all and to sample, samples, expected tokens and GPU-hours.

    jobs: of `Setup.to_plan`. Samples are counted by the benchmark where it is built. Tokens of a sample: the mean of
    finished blocks of the same model, else of the same benchmark and decoding, else max_tokens, an upper bound;
    `tokens_from` says which. GPU-hours from the tokens per second of the same model's finished blocks, start-up
    included; null where there are none.
    """
    per_sample: dict[tuple, list[tuple]] = {}
    rows = []
    for job in jobs:
        built = Path(BENCHMARK.format(benchmark=job["benchmark"]))
        job["problems"] = len(store.read(built, ["problem_id"])) if built.exists() else job["problems"]
        done, missing = [], 0
        for path, benchmark, samples in ((Path(path), Path(speed), samples) for path, speed, samples in job["blocks"]):
            if file := finished(path, job["spec"]):
                done.append(measured(file, benchmark))
            else:
                missing += samples
        job["done"], job["missing"] = done, missing
        for key in (_of_model(job), _of_benchmark(job)):
            per_sample.setdefault(key, []).extend(done)
    for job in jobs:
        samples = None if job["problems"] is None else job["missing"] * job["problems"]
        mean, source = _tokens_per_sample(job, per_sample)
        tokens = None if samples is None else round(samples * mean)
        per_token = job["hours_per_token"] = _hours_per_token(job, per_sample)
        hours = None if None in (tokens, per_token) else tokens * per_token
        blocks = len(job["blocks"])
        left = blocks - len(job["done"])
        rows.append((job["model"], job["benchmark"], job["decoding"], blocks, left, samples, tokens, source, hours))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _hours_per_token(job: dict, per_sample: dict) -> float | None:
    """GPU-hours of a token, by finished blocks of the model; 0 where a server has the GPUs, None without a time."""
    if not job["gpus"]:
        return 0.0
    timed = [(t, s) for done in (per_sample[k] for k in per_sample if k[0] == job["model"]) for _, t, s in done if s]
    tokens, seconds = (sum(column) for column in zip(*timed, strict=True)) if timed else (0, 0)
    return job["gpus"] * seconds / tokens / 3600 if tokens else None


def to_decide(claims: list[dict], jobs: list[dict]) -> str:
    """What would decide the claims that are undecided, a line each; empty where there are none. jobs: after `plan`."""
    hours, lines = {job["model"]: job["hours_per_token"] for job in jobs}, []
    for claim in claims:
        sides = [hours.get(claim[side]) for side in ("base", "tuned")]
        per_token = None if None in sides else sum(sides) / 2
        ways = []
        for kind, what in (("problems", "problems in all"), ("samples", "samples of each problem")):
            if number := claim.get(f"{kind}_to_decide"):
                ways.append(f"{number:,} {what}{_cost(claim.get(f'tokens_of_{kind}'), per_token)}")
        if ways:
            about = " against ".join(claim[side] for side in ("tuned", "base"))
            about += f", {claim['benchmark']}, {claim['decoding']}"
            lines.append(f"{claim['claim']}: {about}: {' or '.join(ways)}")
    heading = ["", "To decide what is undecided (in 4 of 5 cases, were the estimate true):"]
    return "\n".join(heading + lines) if lines else ""


def _cost(tokens: int | None, per_token: float | None) -> str:
    if tokens is None:
        return ""
    hours = "" if per_token is None else f", {tokens * per_token:,.2f} GPU-hours"
    return f" ({tokens:,} tokens more{hours})"


def cannot_be_decided(jobs: list[dict], asked: dict) -> list[str]:
    """A line for each benchmark whose claims about sets of problems no result of these samples could support.

    jobs: after `plan`. asked: of `Specs.planned_claims`.
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
                f"{benchmark}: what one model solves at {asked['rate']:.3g} or more and the other never did cannot be "
                f"decided with n = {n} ({least:,} could, or an analysis.rate of {rate_to_decide(n, *size, judged):.2g})"
            )
    return lines


def _of_model(job: dict) -> tuple:
    return job["model"], job["benchmark"], job["decoding"]


def _of_benchmark(job: dict) -> tuple:
    return "", job["benchmark"], job["decoding"]


def _tokens_per_sample(job: dict, per_sample: dict) -> tuple[float, str]:
    for key, source in ((_of_model(job), "this model's blocks"), (_of_benchmark(job), "other models' blocks")):
        samples = sum(n for n, _, _ in per_sample[key])
        if samples:
            return sum(tokens for _, tokens, _ in per_sample[key]) / samples, source
    return job["spec"]["decoding"]["max_tokens"], "max_tokens (upper bound)"


def as_text(planned: pl.DataFrame) -> str:
    """The plan as a table for the terminal, with a line of totals."""
    if planned.is_empty():
        return "Nothing is sampled here."
    text = [["model", "benchmark", "decoding", "blocks", "to sample", "samples", "tokens", "tokens from", "GPU-hours"]]
    for row in planned.iter_rows():
        text.append([_cell(value) for value in row])
    for_total = planned.select("blocks", "to_sample", "samples", "tokens", "gpu_hours")
    unknown = for_total["gpu_hours"].filter(for_total["to_sample"] > 0).null_count()
    totals = [_cell(value) for value in for_total.sum().row(0)]
    more = " + unknown" if unknown and totals[4] != "unknown" else ""
    text.append(["total", "", "", *totals[:4], "", totals[4] + more])
    widths = [max(len(row[i]) for row in text) for i in range(len(text[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in text]
    if unknown:
        lines.append("GPU-hours of a model are known once one of its blocks was sampled here.")
    return "\n".join(lines)


def _cell(value) -> str:
    if value is None:
        return "unknown"
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value
