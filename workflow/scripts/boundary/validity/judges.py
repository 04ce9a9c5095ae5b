"""A model as the judge: its questions, its votes as labels, its error rates, and the correction for them.

It is sampled like any model, in a run of its own, on a benchmark whose problems are responses under review.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from boundary.analysis.distributions import clopper_pearson, norm_ppf
from boundary.analysis.intervals import difference_interval, student
from boundary.contracts import Reviewed
from boundary.verifying.answers import last_boxed
from boundary.verifying.thoughts import after_thought

CORRECTED = ("corrected_1", "corrected_low_1", "corrected_high_1")
QUESTION = "### Problem\n{question}\n\n### Right answer\n{gold}\n\n### Response\n{text}"


def questions(shown: pl.DataFrame, problems: dict[str, Reviewed]) -> pl.DataFrame:
    """The question of a judge about every response, as problems of a benchmark: id, question, answer, type.

    shown: id, problem_id, text. problems: question and golds by id. Images are left out. Graders need the answer to
    read a vote; it is not the truth.
    """
    asked = []
    for i, problem_id, text in shown.select("id", "problem_id", "text").iter_rows():
        parts = {"question": problems[problem_id]["question"], "gold": " or ".join(problems[problem_id]["golds"])}
        asked.append((i, QUESTION.format(**parts, text=text), "valid", "text"))
    return pl.DataFrame(asked, schema=dict.fromkeys(("id", "question", "answer", "type"), pl.String), orient="row")


def vote(row: dict, path: Path) -> dict:
    """A sample of a judge, from `snakemake export`, as a label: the i-th sample is the i-th reviewer.

    The label is the word in the box after its thought; `unsure` if it is neither word, or if the thought has not ended.
    """
    concluded, _ = after_thought(row["resps"][0][0]) or ("", "")
    said = (last_boxed(concluded) or "").lower()
    label = said if said in ("valid", "invalid") else "unsure"
    return {"id": row["problem_id"], "label": label, "reviewer": f"{path.stem} {row['sample_index']}", "judge": True}


class Errors(NamedTuple):
    """Numbers of responses that people decided, by whether the judge calls them valid: both, people alone, ..."""

    both: int
    people: int
    judge: int
    neither: int

    def rates(self) -> np.ndarray:
        """((sensitivity, its variance), (specificity, its variance)), of the posterior under Jeffreys' prior."""
        a = np.array([self.both, self.neither]) + 0.5
        b = np.array([self.people, self.judge]) + 0.5
        return np.stack([a / (a + b), a * b / (a + b) ** 2 / (a + b + 1)], 1)

    def summary(self, level: float) -> dict:
        """Observed sensitivity and specificity, with exact intervals (Clopper and Pearson 1934) and their numbers of
        responses."""
        found: dict[str, float | None] = {}
        for name, right, of in (
            ("sensitivity", self.both, self.both + self.people),
            ("specificity", self.neither, self.neither + self.judge),
        ):
            low, high = clopper_pearson(right, of, level) if of else (0.0, 1.0)
            found |= {
                name: right / of if of else None,
                f"{name}_low": float(low),
                f"{name}_high": float(high),
                f"{name}_n": of,
            }
        return found


def errors(people: pl.DataFrame, judge: pl.DataFrame) -> Errors:
    """The judge's errors on the responses that people decided. people, judge: `labels.majority` of each."""
    both = judge.join(people.filter(pl.col("verdict").is_not_null()), on="id", suffix="_of_people")
    said, true = ((both[name] == "valid").fill_null(False) for name in ("verdict", "verdict_of_people"))
    return Errors(*(int((a & b).sum()) for a, b in ((said, true), (~said, true), (said, ~true), (~said, ~true))))


def corrected(counts: pl.DataFrame, judged: pl.DataFrame, found: Errors, level: float) -> dict:
    """CoT-pass@1 corrected for the judge's errors (Rogan and Gladen 1978), which works only for means.

    Of J responses that only the judge saw and called valid V times, (V + (specificity - 1) J) / (sensitivity +
    specificity - 1) are valid on average. Responses that were not reviewed are valid as often as the others of their
    problem. The interval includes the variance over problems and that of both rates (delta method). Null if the judge
    is not shown to be better than chance. counts: problem_id, n, c of all problems. judged: `judged_problems`.
    """
    (sensitivity, its_variance), (specificity, other_variance) = found.rates()
    power = sensitivity + specificity - 1
    if power <= norm_ppf((1 + level) / 2) * np.sqrt(its_variance + other_variance):
        return dict.fromkeys(CORRECTED)
    known = counts.select("problem_id", "n", "c").join(judged.drop("n", "c"), on="problem_id", how="left")
    n, c = (known[name].to_numpy() for name in ("n", "c"))
    reviewed, valid = (known[name].fill_null(known["c"]).to_numpy() for name in ("reviewed", "valid"))
    seen, called = (known[name].fill_null(0).to_numpy() for name in ("by_judge", "valid_to_judge"))
    right = (called + (specificity - 1) * seen) / power
    more = (c + 1) / (reviewed + 1)  # of the others (valid + 1/2) / (reviewed + 1): Jeffreys' prior
    values = ((valid - called + right) * more + (c - reviewed) / 2 / (reviewed + 1)) / n
    by_sensitivity = -(more * right / n).mean() / power
    by_specificity = (more * seen / n).mean() / power + by_sensitivity
    variance = np.array(by_sensitivity**2 * its_variance + by_specificity**2 * other_variance)
    interval = difference_interval(student(values, (0.0, 1.0)).plus(variance, np.inf), level)
    said = min(values.mean(), (c / n).mean()), interval["low"], interval["high"]
    return {name: max(0.0, float(value)) for name, value in zip(CORRECTED, said, strict=True)}
