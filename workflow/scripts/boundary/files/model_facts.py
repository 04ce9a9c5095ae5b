"""Facts in weights, checked against the configuration before a GPU waits for them."""

import json
import re
from pathlib import Path

NOT_TRACKED = True
PLAIN = "plain text"  # in the `note` of a model whose prompt has such marks on purpose
MARK = re.compile(r"<\|[^|<>\s]+\|>")  # in a prompt: what a tokenizer should have as a token of its own


def of_folder(folder: str | Path) -> dict:
    """architecture, heads, vocabulary, context and marks of a folder of weights; unknown facts are None."""
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    text = config | config.get("text_config", {})  # of a model with images
    marks, tokenizer = None, folder / "tokenizer.json"
    if tokenizer.is_file():
        marks = [token["content"] for token in json.loads(tokenizer.read_text()).get("added_tokens", [])]
    return {
        "architecture": next(iter(config.get("architectures") or []), None),
        "heads": text.get("num_attention_heads"),
        "vocabulary": text.get("vocab_size"),
        "context": text.get("max_position_embeddings"),
        "marks": marks,
    }


def faults(entry: dict, facts: dict, longest: int) -> list[str]:
    """Reasons why a model cannot do what the configuration asks, a line each.

    entry: of config, with `stop_token_ids` and `tensor_parallel_size` if set. facts: `of_folder`. longest: max_tokens
    of its decodings.
    """
    found, parallel = [], entry.get("tensor_parallel_size", 1)
    vocabulary, context, heads = facts["vocabulary"], facts["context"], facts["heads"]
    if vocabulary and (outside := [i for i in entry.get("stop_token_ids", ()) if not 0 <= i < vocabulary]):
        found.append(f"stop_token_ids: {outside[0]} is no token of its vocabulary of {vocabulary:,}")
    if context and longest >= context:
        found.append(f"max_tokens {longest:,} does not fit into its context of {context:,}")
    if heads and heads % parallel:
        found.append(f"tensor_parallel_size {parallel} does not divide its {heads} attention heads")
    return found


def unknown_marks(templates: list[str], facts: dict) -> list[str]:
    """Marks in prompt templates, such as <|im_end|>, that are not tokens of the model: it reads them as plain text."""
    wanted = dict.fromkeys(mark for template in templates for mark in MARK.findall(template))
    return [] if facts["marks"] is None else [mark for mark in wanted if mark not in facts["marks"]]
