"""Prompts: a template around a question. Knows nothing about tokens."""

import hashlib

import polars as pl


def render(problems: pl.DataFrame, template: str) -> pl.DataFrame:
    """problem_id, prompt and prompt_hash of every problem; `{question}` is replaced, all else stays as it is."""
    prompts = [template.replace("{question}", question) for question in problems["question"]]
    return pl.DataFrame(
        {
            "problem_id": problems["problem_id"],
            "prompt": prompts,
            "prompt_hash": [hashlib.sha256(prompt.encode()).hexdigest()[:16] for prompt in prompts],
        }
    )
