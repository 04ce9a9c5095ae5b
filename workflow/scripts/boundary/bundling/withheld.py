"""What may leave the machine of a benchmark with `publish: false`: numbers, and the columns of text named here.

All other text (questions, prompts, golds, answers, what graders say of them) is left out, of columns that do not exist
yet too. Answers become digests: equal ones stay equal, which votes and diversity ask for, and no dictionary finds them,
as they are keyed by what is left out.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from boundary.files import store
from boundary.likelihood.plan import SCORES
from boundary.names import Benchmark, Score
from boundary.paths import (
    ANSWERS,
    BENCHMARK,
    CLUSTERS,
    COUNTS,
    FALSE_ACCEPTS,
    GOLDS,
    GRADERS,
    MATCHED,
    PROMPTS,
    SAMPLES,
    VERDICTS,
    topup,
)
from boundary.results import Result
from boundary.screening.plan import CONTAMINATION

OPEN: dict[Result, tuple[str, ...]] = {  # by result, the columns that tell nothing though they are no numbers
    BENCHMARK: ("problem_id", "verifier", "stratum"),
    CLUSTERS: ("problem_id", "cluster"),
    PROMPTS: ("problem_id", "prompt_hash"),
    SAMPLES: ("problem_id", "finish_reason"),  # which are not packed
    VERDICTS: ("problem_id", "finish_reason", "grader", "reason"),
    COUNTS: ("problem_id", "grader"),
    topup(COUNTS): ("problem_id", "grader"),
    ANSWERS: ("problem_id", "grader"),
    GRADERS: ("first", "second", "examples_first", "examples_second"),
    GOLDS: ("grader", "problem_id", "kind", "how"),
    FALSE_ACCEPTS: ("grader",),
    CONTAMINATION: ("problem_id", "model"),
    MATCHED: ("whose",),
    Result(SCORES, Score): ("problem_id", "entropy", "entropy_sampled", "part_tokens"),
}
FACTS = ("graders", "limits", "other_max_tokens", "killed", "left_out")  # of `made_with`, beside numbers
EMPTY = {"metadata": "{}"}  # of columns that are read as JSON
NOT_TOLD = "not told (`publish: false`)"

Digest = Callable[[str], str]


def told(name: str, hidden: Collection[str], folder: Path) -> Path:
    """A result as it may leave the machine: itself, or of benchmarks that are not published a file in `folder`.

    hidden: these benchmarks. LookupError for a result that OPEN does not declare, where there are some.
    """
    if not hidden:
        return Path(name)
    result = next((result for result in OPEN if result.matches(name)), None)
    if result is None:
        raise LookupError(f"{name}: which of its columns hold no text of problems is not declared in {__name__}")
    benchmark = result.row(name).benchmark
    if benchmark not in hidden:
        return Path(name)
    about, frame = store.about(name), store.read(name)
    digest = _keyed(store.file_digest(BENCHMARK.of(Benchmark(benchmark))))
    columns = [
        column if _is_number(column.dtype) or column.name in OPEN[result] else _without_text(column, digest)
        for column in frame
    ]
    file = folder / name
    store.write(pl.DataFrame(columns), file, about["spec"], _facts(about["made_with"]), about.get("names"))
    return file


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or dtype == pl.Boolean


def _without_text(column: pl.Series, digest: Digest) -> pl.Series:
    """What stands for a column: digests of answers, empty text, or null where it is no text."""
    if column.name in ("answer", "gold"):
        known = column.drop_nulls().unique()
        made = [digest(text) if column.name == "answer" else _of_gold(text, digest) for text in known]
        return column.replace_strict(known, pl.Series(made, dtype=pl.String), default=None)
    empty = EMPTY.get(column.name, "") if column.dtype == pl.String else None
    return pl.select(pl.when(column.is_not_null()).then(pl.lit(empty, column.dtype)).alias(column.name)).to_series()


def _of_gold(text: str, digest: Digest) -> str:
    """Of a gold in JSON its answers alone, as digests; an answer by itself as one."""
    try:
        gold = json.loads(text)
    except ValueError:
        gold = None
    if not isinstance(gold, dict):
        return digest(text)
    return json.dumps({"answers": [digest(str(answer)) for answer in gold.get("answers") or []]})


def _keyed(key: str) -> Digest:
    """A digest of texts. White space around them stays as it is."""

    def digest(text: str) -> str:
        core = text.strip()
        said = "#" + hashlib.blake2b(core.encode(errors="replace"), key=bytes.fromhex(key), digest_size=8).hexdigest()
        return text.replace(core, said, 1) if core else text

    return digest


def _facts(made_with: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in made_with.items() if key in FACTS or isinstance(value, int | float)}
    flags = made_with.get("flags")
    return kept | ({} if flags is None else {"flags": dict.fromkeys(flags, NOT_TOLD)})
