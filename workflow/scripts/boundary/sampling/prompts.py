"""Prompts: a template around a question. Knows nothing about tokens."""

import hashlib
import json
import re

import polars as pl


def render(problems: pl.DataFrame, template: str | dict) -> pl.DataFrame:
    """problem_id, prompt, prompt_hash, and images where there are some, of every problem.

    template: a text, or one for problems with starter code and one for those without (see `template_of`). `{question}`
    and `{starter_code}` are replaced, all else stays as it is. The hash covers the images.
    """
    images = problems["images"] if "images" in problems.columns else pl.Series("images", [None] * len(problems))
    rows = []
    for problem_id, question, metadata, shown in zip(
        problems["problem_id"], problems["question"], problems["metadata"], images, strict=True
    ):
        parts = {"question": question, "starter_code": starter_code(metadata) or ""}
        text = template_of(template, parts["starter_code"])
        prompt = re.sub(r"\{(question|starter_code)\}", lambda match, parts=parts: parts[match[1]], text)
        digest = hashlib.sha256(prompt.encode())
        for image in [] if shown is None else shown:
            digest.update(hashlib.sha256(image).digest())
        rows.append((problem_id, prompt, digest.hexdigest()[:16]))
    rendered = pl.DataFrame(rows, schema=["problem_id", "prompt", "prompt_hash"], orient="row")
    return rendered if images.null_count() == len(images) else rendered.with_columns(images)


def starter_code(metadata: str) -> str | None:
    """The code that a solution must continue, from its metadata (JSON text)."""
    return json.loads(metadata).get("starter_code")


def template_of(template: str | dict, starter_code: str | None) -> str:
    """The template for a problem with or without starter code."""
    return template if isinstance(template, str) else template["with_starter_code" if starter_code else "without"]
