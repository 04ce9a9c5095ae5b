"""Adapter of rule render_prompts."""

from pathlib import Path

from boundary.files import store
from boundary.files.hub import folder_of
from boundary.job import logged
from boundary.sampling.chat import Chat, tokenizer_of
from boundary.sampling.prompts import render, require_alike
from boundary.sampling.templates import is_chat

if __name__ == "__main__":
    with logged(snakemake):
        spec, setup, given = snakemake.params.spec, snakemake.params.setup, snakemake.input
        template, named = spec["template"], f"model {setup['model']}"
        fetched = next(iter(given.get("weights") or []), None)
        folder = folder_of(fetched) if fetched else setup["weights"]
        chat = Chat(tokenizer_of(folder), template, named) if is_chat(template) else None
        rendered = render(store.read(given.problems, ["problem_id", "question", "metadata"]), template, chat)
        require_alike(rendered, {other: Path(path) for other, path in setup["partners"].items()}, named)
        store.write(rendered, snakemake.output[0], spec)
