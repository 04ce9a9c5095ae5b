"""Verdicts of a model on a benchmark, block by block, as counts, wrong answers and disagreements."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from boundary.analysis.counts import count, duplicates, require_new, total, wrong_answers
from boundary.analysis.disagreement import disagreements
from boundary.contracts import SampleSpec
from boundary.files import store
from boundary.verifying.verdicts import SCHEMA

NOTHING = pl.DataFrame(schema=SCHEMA)


def samples_and_tokens(path: str) -> tuple[int, int]:
    """Number of samples of a file of verdicts, and number of their tokens, if known."""
    samples = store.read(path, ["problem_id", "sample_index", "tokens"]).unique(["problem_id", "sample_index"])
    return len(samples), int(samples["tokens"].sum())


class Tally:
    """The sum of a model's verdicts on a benchmark, block by block."""

    def __init__(self):
        self.counts, self.wrong, self.texts, self.graders = [], [], [], []
        self.seen: set[int] = set()
        self.lengths: Counter[str] = Counter()  # samples that were cut, or continued, as max_tokens was changed

    def add(self, verdicts: pl.DataFrame, lengths: Mapping[str, int] = MappingProxyType({})) -> None:
        self.lengths.update(lengths)
        require_new(verdicts, self.seen)
        self.counts.append(count(verdicts))
        self.wrong.append(wrong_answers(verdicts))
        samples = verdicts.unique(["problem_id", "sample_index"])  # one row per grader
        self.texts.append(samples.select("problem_id", "tokens", "text_hash"))
        self.graders.append(disagreements(verdicts))

    def add_file(self, path: str, spec: SampleSpec) -> pl.DataFrame:
        """Add the verdicts of a file, and return them. InputError where it was made under another spec."""
        store.require_spec(path, spec)
        verdicts = store.read(path)
        self.add(verdicts, store.about(path)["made_with"].get("other_max_tokens", {}))
        return verdicts

    def frames(self) -> dict[str, pl.DataFrame]:
        """`counts` (see `count`, with duplicates), `wrong` (see `wrong_answers`), `graders` (see `disagreements`)."""
        counts = total(self.counts).join(duplicates(self.texts), on="problem_id", how="left", maintain_order="left")
        known = pl.when(pl.col("tokens").is_not_null())  # how long a response is decides what counts as a duplicate
        counts = counts.with_columns(duplicates=known.then(pl.col("duplicates").fill_null(0)))
        return {"counts": counts, "wrong": total(self.wrong), "graders": pl.concat(self.graders)}
