"""Prompts: a template around a question; for a chat, the tokenizer's template around that. Knows nothing about
tokens."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl

from boundary.contracts import Template
from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.templates import holds, is_chat, starter_code, template_of

COLUMNS = ("problem_id", "question", "metadata", "images")  # of a problem, all that makes its prompt
RENDERED = ("problem_id", "prompt", "prompt_hash")  # of a prompt


def read(path: str | Path) -> pl.DataFrame:
    """The prompts of a file: RENDERED, and images if there are any."""
    prompts = store.read(path)
    store.require_columns(path, prompts.columns, RENDERED)
    return prompts


def _filled(template: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{(question|starter_code)\}", lambda match: parts[match[1]], template)


def render(
    problems: pl.DataFrame, template: Template, chat: Callable[[str], str] | None = None, begin: str = ""
) -> pl.DataFrame:
    """RENDERED of every problem, and images if there are any.

    problems: COLUMNS. template: a text, or one for problems with starter code and one for those without (see
    `template_of`). `{question}` and `{starter_code}` are replaced, everything else is unchanged. chat: renders the
    user's message of a chat. begin: text that every prompt must begin with. The hash covers the images.
    """
    images = problems["images"] if "images" in problems.columns else pl.Series("images", [None] * len(problems))
    rows = []
    for problem_id, question, metadata, shown in zip(
        problems["problem_id"], problems["question"], problems["metadata"], images, strict=True
    ):
        code = starter_code(metadata) or ""
        prompt = _filled(template_of(template, code), {"question": question, "starter_code": code})
        prompt = chat(prompt) if chat else prompt
        prompt = prompt if prompt.startswith(begin) else begin + prompt
        digest = hashlib.sha256(prompt.encode())
        for image in [] if shown is None else shown:
            digest.update(hashlib.sha256(image).digest())
        rows.append((problem_id, prompt, digest.hexdigest()[:16]))
    rendered = pl.DataFrame(rows, schema=["problem_id", "prompt", "prompt_hash"], orient="row")
    return rendered if images.null_count() == len(images) else rendered.with_columns(images)


def require_other_examples(problems: pl.DataFrame, examples: list[str], named: str) -> None:
    """InputError if an example in a prompt is a problem of the benchmark. problems: COLUMNS. examples: questions."""
    asked = {
        _squeezed(question): problem for problem, question in problems.select("problem_id", "question").iter_rows()
    }
    for number, example in enumerate(examples, start=1):
        if problem := asked.get(_squeezed(example)):
            raise InputError(
                f"{named}: example {number} of its prompt is problem {problem!r} of the benchmark, with its answer; "
                "name another file of examples by `shots`"
            )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def without_question(rendered: pl.DataFrame, problems: pl.DataFrame, template: Template) -> list[str]:
    """The ids of problems whose chat lacks their question although its template has one: its text was lost.

    problems: COLUMNS, or without images.
    """
    if not is_chat(template):
        return []
    both = rendered.join(problems.select("problem_id", "question", "metadata"), on="problem_id")
    return [
        problem_id
        for problem_id, prompt, question, metadata in both.select(
            "problem_id", "prompt", "question", "metadata"
        ).iter_rows()
        if "{question}" in template_of(template, starter_code(metadata)) and not holds(prompt, question)
    ]


def require_questions(rendered: pl.DataFrame, problems: str | Path, template: Template, named: str) -> None:
    """InputError if a chat was rendered without the question. problems: the file of the benchmark, if it exists."""
    if is_chat(template) and Path(problems).exists():
        lost = without_question(rendered, store.read(problems, COLUMNS[:3]), template)
        if lost:
            raise InputError(LOST.format(named=named, count=len(lost), all=len(rendered), first=lost[0]))


LOST = (
    "{named}: the chat of {count} of {all} problems, {first!r} for one, does not hold the question: the tokenizer's "
    "template leaves it out. Give the model a text prompt, in the format that it was trained with; prompts that were "
    "rendered so lie below results/prompts"
)


def require_alike(
    rendered: pl.DataFrame, others: dict[str, Path], named: str, tokens: Callable[[str], list[int]] | None
) -> None:
    """InputError if another model of a pair has another prompt for a problem, by a chat template of its own.

    others: their prompts, by model; prompts that are not rendered yet are skipped. tokens: of a prompt. Prompts with
    equal tokens are equal: one for a server may lack the beginning that another writes out.
    """
    for other, path in others.items():
        if path.exists():
            both = rendered.join(store.read(path, RENDERED), on="problem_id", suffix="_of_other")
            differing = both.filter(pl.col("prompt_hash") != pl.col("prompt_hash_of_other"))
            for problem_id, *prompts in differing.select("problem_id", "prompt", "prompt_of_other").iter_rows():
                if tokens is None or tokens(prompts[0]) != tokens(prompts[1]):
                    raise InputError(
                        f"{named} and {other} are a pair, and their chat templates render another prompt for problem "
                        f"{problem_id!r}, so a difference need not come from training; say `prompts_differ: true` to "
                        "compare anyway"
                    )
