"""Prompts for people to look at."""

import polars as pl

from boundary.paths import PROMPTS


def examples(rendered: dict[str, pl.DataFrame]) -> str:
    """The first prompt of each kind, with the models that have it. rendered: prompts by their file."""
    found: dict[str, list[str]] = {}
    for path, prompts in rendered.items():
        row = PROMPTS.row(path)
        found.setdefault(prompts["prompt"][0], []).append(f"{row.model} on {row.benchmark}")
    return "\n".join(f"--- {', '.join(names)}\n{prompt}\n---\n" for prompt, names in found.items())
