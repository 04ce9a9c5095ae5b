"""Samples with their verdicts for other tools: lines of JSON in the format of lm-evaluation-harness."""

import json
from collections.abc import Iterator

import polars as pl

COLUMNS = ("problem_id", "sample_index", "text", "tokens", "finish_reason")  # of a sample


def documents(problems: pl.DataFrame) -> dict[str, dict]:
    """The fields of a line about its problem, by problem_id: `doc_id`, its number from 0, `doc` and `target`.

    problems: problem_id, question, gold, in order. The target is the first gold answer; programs have none.
    """
    found = {}
    for i, (problem_id, question, gold) in enumerate(problems["problem_id", "question", "gold"].iter_rows()):
        target = next(iter(json.loads(gold).get("answers", ())), None)
        found[problem_id] = {"doc_id": i, "doc": {"question": question}, "target": target}
    return found


def lines(samples: pl.DataFrame, verdicts: pl.DataFrame, known: dict[str, dict], grader: str) -> Iterator[dict]:
    """A line per sample: its response, the answer that `grader` found in it, and every grader's verdict.

    samples: COLUMNS. verdicts: of these samples at least. known: `documents`. Each grader is a metric, 1.0 or 0.0.
    """
    sample = ["problem_id", "sample_index"]
    graders = verdicts["grader"].unique(maintain_order=True).to_list()
    judged = verdicts.join(samples.select(sample), on=sample, how="semi")
    by_sample = {
        (p, i, g): said
        for p, i, g, *said in judged.select(*sample, "grader", "answer", "correct", "reason").iter_rows()
    }
    for problem_id, index, text, tokens, finish_reason in samples.select(COLUMNS).iter_rows():
        said = {name: by_sample[problem_id, index, name] for name in graders}
        yield {
            **known[problem_id],
            "problem_id": problem_id,
            "sample_index": index,
            "resps": [[text]],
            "filtered_resps": [said[grader][0]],
            "filter": grader,
            "metrics": graders,
            **{name: float(correct) for name, (_, correct, _) in said.items()},
            "reasons": {name: reason for name, (_, _, reason) in said.items()},
            "tokens": tokens,
            "finish_reason": finish_reason,
        }
