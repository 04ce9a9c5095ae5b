"""Problems whose own gold answer or solution failed, golds that graders misread, and false accepts."""

import polars as pl

from boundary.contracts import TableSpec
from boundary.files.store import Results

SCHEMA = {"benchmark": pl.String, "problem_id": pl.String, "flag": pl.String}
FAILED = "its own gold answer or solution fails"  # of a benchmark that is not published
SHOWN = 3  # of the tries at a gold that fail


def tabulate(given: Results, spec: TableSpec) -> pl.DataFrame:
    """given: `benchmarks`, `golds`, `accepts`. spec: `benchmarks`, `wholes` (names in the order of files), `graders`,
    `published`, the benchmarks of which an answer may be shown.

    A subset of a benchmark has no rows beyond those of the whole.
    """
    flags, built = [], dict(zip(spec["benchmarks"], given["benchmarks"], strict=True))
    for benchmark, golds, accepts in zip(spec["wholes"], given["golds"], given["accepts"], strict=True):
        shown = benchmark in spec["published"]
        found = [(name, said if shown else FAILED) for name, said in built[benchmark].made_with["flags"].items()]
        found += of_golds(golds.frame, spec["graders"][benchmark], shown) + of_accepts(accepts.frame, shown)
        flags += [(benchmark, *flag) for flag in found]
    return pl.DataFrame(flags, schema=SCHEMA, orient="row")


def of_golds(tries: pl.DataFrame, own: str, shown: bool = True) -> list[tuple[str, str]]:
    """(problem_id, flag) of the golds on which the benchmark's grader `own` fails; one line in total for each other
    grader. shown: whether answers are."""
    flags = []
    for (name,), of_grader in tries.group_by("grader", maintain_order=True):
        failed = of_grader.filter(~pl.col("passed")).group_by("problem_id", maintain_order=True)
        found = [(problem_id, _said(name, rows, shown)) for (problem_id,), rows in failed]
        if found:
            touched = f"{len(found)} of {of_grader['problem_id'].n_unique()} problems"
            flags.append(("", f"{name}: golds of {touched} fail; the first, {found[0][0]}: {found[0][1]}"))
            flags += found if name == own else []
    return flags


def _said(name: str, failed: pl.DataFrame, shown: bool) -> str:
    parts = []
    for kind, how, gold, answer in failed.select("kind", "how", "gold", "answer").head(SHOWN).rows():
        verb = "does not accept" if kind == "spelling" else "accepts"
        what = f"{answer!r} for {gold!r}" if shown else "an answer"
        parts.append(f"{name} {verb} {what} ({kind}: {how})")
    more = len(failed) - len(parts)
    return "; ".join(parts) + (f"; and {more} more" if more else "")


def of_accepts(accepts: pl.DataFrame, shown: bool = True) -> list[tuple[str, str]]:
    """A line for each grader that accepted wrong answers."""
    flags = []
    for row in accepts.filter(pl.col("accepted") > 0).iter_rows(named=True):
        share = f"{row['accepted']:,} of {row['tried']:,}"
        such = f", such as {'; '.join(row['pairs'])}" if shown else ""
        flags.append(("", f"{row['grader']} accepts {share} wrong answers for another problem{such}"))
    return flags
