"""Adapter of rule render_prompts."""

from pathlib import Path

from boundary.files import store
from boundary.job import Snakemake, logged
from boundary.sampling.beginnings import beginning
from boundary.sampling.chat import Chat, renderer
from boundary.sampling.prompts import COLUMNS, render, require_alike, require_other_examples, require_questions

snakemake: Snakemake

if __name__ == "__main__":
    with logged(snakemake):
        spec, setup, given = snakemake.params.spec, snakemake.params.setup, snakemake.input
        template, named = spec["template"], f"model {setup['model']}"
        chat = renderer(spec, setup, next(iter(given.get("weights") or []), None))
        problems = store.read(given.problems, COLUMNS)
        require_other_examples(problems, setup["shots"], named)
        rendered = render(problems, template, chat)
        require_questions(rendered, given.problems, template, named)
        if isinstance(chat, Chat):
            chat.tell(rendered["prompt"][0])
        if not chat and (token := beginning(setup, rendered)):
            rendered = render(problems, template, begin=token)
        partners = {other: Path(path) for other, path in setup["partners"].items()}
        require_alike(rendered, partners, named, chat.tokens if isinstance(chat, Chat) else None)
        store.write(rendered, snakemake.output[0], spec)
