"""Whether responses of the tuned model lie in the base's distribution (the paper's Figure 6, and numbers for it)."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from boundary.analysis.intervals import positive_mean, share_interval
from boundary.analysis.select import of_grader
from boundary.schema import Schema

WHICH = {"all": pl.lit(True), "correct": pl.col("correct"), "wrong": ~pl.col("correct")}
ENTROPIES = ("entropy_sampled", "entropy")
MEANS = {"token": "bits per token", "response": "bits per response"}
MEANS |= {"entropy_sampled": "entropy as sampled", "entropy": "entropy, whole vocabulary"}  # in nats per token
SCHEMA: Schema = dict.fromkeys(("measure", "scored_by", "written_by", "written_under"), pl.String)
SCHEMA |= {"responses": pl.String, "estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}
SCHEMA |= {"expected": pl.Float64, "problems": pl.Int64, "n": pl.Int64}


def responses(scores: Iterable, verdicts: list[list], grader: str) -> pl.DataFrame:
    """A row per scoring model and response: scored_by, written_by, written_under (a decoding), problem_id,
    sample_index, correct, tokens, nats (negative log-likelihood), perplexity exp(nats/tokens); entropy and
    entropy_sampled in nats, summed over its tokens, if asked for.

    scores, verdicts: of `store.results`; verdicts of each curve that is scored, in the order in which scores name them.
    """
    scores = list(scores)
    curves = dict.fromkeys((score.names["writer"], score.names["decoding"]) for score in scores)
    judged = {
        curve: pl.concat(of_grader(block.frame, grader) for block in blocks)
        for curve, blocks in zip(curves, verdicts, strict=True)
    }
    found = []
    for score in scores:
        of_writer = judged[score.names["writer"], score.names["decoding"]]
        rows = score.frame.filter(pl.col("tokens") > 0).join(
            of_writer.select("problem_id", "sample_index", "correct"), on=["problem_id", "sample_index"]
        )
        found.append(
            rows.select(
                pl.lit(score.names["model"]).alias("scored_by"),
                pl.lit(score.names["writer"]).alias("written_by"),
                pl.lit(score.names["decoding"]).alias("written_under"),
                "problem_id",
                "sample_index",
                "correct",
                "tokens",
                nats=-pl.col("logprob"),
                perplexity=(-pl.col("logprob") / pl.col("tokens")).exp(),
                **{name: _summed(rows, name) for name in ENTROPIES},
            )
        )
    return pl.concat(found)


def _summed(rows: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).list.sum() if name in rows.columns else pl.lit(None, pl.Float64)


def overlap(scored: pl.DataFrame, base: str, tuned: str, quantile: float, level: float) -> pl.DataFrame:
    """Measures of a pair, a row each, with intervals over problems: for all, for correct and for wrong responses.

    perplexity (geometric mean) and MEANS: of each (scored_by, written_by); entropies of own responses only. support
    overlap: the share of responses of others that the base finds likelier, per token or as a whole, than the `quantile`
    least likely of its own; `expected`: that share for the base's own responses. AUC: the chance that the base finds a
    response of another model likelier than one of its own; .5 for its own.
    """
    rows = []
    for which, chosen in WHICH.items():
        kept = scored.filter(chosen)
        for (scorer, writer, decoding), own in kept.group_by(
            "scored_by", "written_by", "written_under", maintain_order=True
        ):
            facts = {"scored_by": scorer, "written_by": writer, "written_under": decoding, "responses": which}
            for measure, row in _sizes(own, level):
                rows.append({"measure": measure, **facts, **row})
        ours = kept.filter(scored_by=base, written_by=base)
        others = kept.filter(pl.col("scored_by") == base, pl.col("written_by") != base)
        for (writer, decoding), theirs in others.group_by("written_by", "written_under", maintain_order=True):
            facts = {"scored_by": base, "written_by": writer, "written_under": decoding, "responses": which}
            for measure, row in _against(ours, theirs, quantile, level):
                rows.append({"measure": measure, **facts, **row})
    return pl.DataFrame(rows, schema=SCHEMA)


def _sizes(rows: pl.DataFrame, level: float) -> Iterable[tuple[str, dict]]:
    """Means over problems of the means over their responses."""
    bits, facts = pl.col("nats") / np.log(2), {"n": len(rows)}
    means = rows.group_by("problem_id", maintain_order=True).agg(
        token=(bits / pl.col("tokens")).mean(),
        response=bits.mean(),
        **{name: pl.col(name).sum() / pl.col("tokens").sum() for name in ENTROPIES if not rows[name].null_count()},
    )
    facts["problems"] = len(means)
    found = {name: positive_mean(means[name].to_numpy(), level) for name in means.columns[1:]}
    yield "perplexity", {key: float(np.exp2(value)) for key, value in found["token"].items()} | facts
    for name, measure in MEANS.items():
        if name in found:
            yield measure, found[name] | facts


def _against(ours: pl.DataFrame, theirs: pl.DataFrame, quantile: float, level: float) -> Iterable[tuple[str, dict]]:
    """Of problems of which both have responses."""
    both = [
        problem for problem in theirs["problem_id"].unique(maintain_order=True) if problem in set(ours["problem_id"])
    ]
    if not both:
        return
    each = {"token": -pl.col("nats") / pl.col("tokens"), "response": -pl.col("nats")}
    for name, likelihood in each.items():
        own = _by_problem(ours, likelihood)
        other = _by_problem(theirs, likelihood)
        pairs = [(own[problem], other[problem]) for problem in both]
        inside = np.array([(b >= threshold(a, quantile)).mean() for a, b in pairs])
        expected = np.mean([expected_overlap(len(a), quantile) for a, _ in pairs])
        counted = {"problems": len(both), "n": sum(len(b) for _, b in pairs)}
        yield f"support overlap, per {name}", _share(inside, level, float(expected)) | counted
        yield f"AUC, per {name}", _share(np.array([auc(a, b) for a, b in pairs]), level, 0.5) | counted


def _share(values: np.ndarray, level: float, expected: float) -> dict[str, float]:
    ends = {key: float(end) for key, end in share_interval(values, level).items()}
    return {"estimate": float(values.mean()), **ends, "expected": expected}


def _by_problem(rows: pl.DataFrame, likelihood: pl.Expr) -> dict[str, np.ndarray]:
    found = rows.group_by("problem_id", maintain_order=True).agg(value=likelihood)
    return {problem: np.array(values) for problem, values in found.iter_rows()}


def place(n: int, quantile: float) -> int:
    """The rank j, from 1 on, of the sorted value that is the quantile of n values: quantile (n + 1), or 1."""
    return max(1, int(quantile * (n + 1)))


def threshold(own: np.ndarray, quantile: float) -> float:
    return np.sort(own)[place(len(own), quantile) - 1]


def expected_overlap(n: int, quantile: float) -> float:
    """The chance that another value of the same distribution reaches the j-th smallest of n: 1 - j/(n + 1)."""
    return 1 - place(n, quantile) / (n + 1)


def auc(own: np.ndarray, other: np.ndarray) -> float:
    """The chance that a value of `other` is larger than one of `own`, ties half (Mann and Whitney 1947)."""
    own = np.sort(own)
    below, up_to = (np.searchsorted(own, other, side) for side in ("left", "right"))
    return float((below + up_to).sum() / 2 / (len(own) * len(other)))
