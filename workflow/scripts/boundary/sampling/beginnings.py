"""A beginning-of-sequence token that a model was trained with and that its tokenizer, as loaded here, leaves out.

transformers 5 ignores `add_bos_token` of tokenizer_config.json if there is a tokenizer.json, and uses the rule in that
file: prompts of DeepSeek's distilled models lose the token. It is written into the prompt, so the prompt's hash
contains it; `prompt_ids` never adds it twice.
"""

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from boundary import paths
from boundary.contracts import PromptSetup, SampleSpec
from boundary.errors import InputError
from boundary.files import store
from boundary.names import Curve
from boundary.results import Result
from boundary.sampling.chat import tokenizer_folder, tokenizer_of
from boundary.sampling.engines import prompt_ids
from boundary.sampling.templates import is_chat

log = logging.getLogger(__name__)


def lost_beginning(folder: str) -> str:
    """The token that the tokenizer of a folder asks for at the beginning of a text and leaves out; "" if there is
    none."""
    try:
        config = json.loads(Path(folder, "tokenizer_config.json").read_text())
        token = config["bos_token"] if config.get("add_bos_token") is True else None
    except (OSError, ValueError, AttributeError, KeyError):
        return ""
    token = token["content"] if isinstance(token, dict) else token
    if not token or not Path(folder, "tokenizer.json").is_file():
        return ""
    tokenizer = tokenizer_of(folder)
    return "" if prompt_ids(tokenizer, "1")[:1] == [tokenizer.bos_token_id] else token


def beginning(setup: PromptSetup, rendered: pl.DataFrame) -> str:
    """The lost token that prompts of a text template must begin with; "" if none is lost, and if there are samples
    without it: existing and new samples stay alike.

    setup: see `Setup.of_prompts`. rendered: the prompts of the template.
    """
    if "weights" not in setup or not (setup["tokenizer"] or setup["pinned"]):
        return ""  # a server begins a text itself, what is trained here saw its prompts as they are
    token = lost_beginning(setup["tokenizer"] or tokenizer_folder(None, None, setup["pinned"]))
    if rendered["prompt"].str.starts_with(token).all():
        return ""
    if sampled_without(rendered, setup):
        log.warning(WITHOUT, setup["model"], token, "they stay as they are")
        return ""
    return token


def sampled_without(rendered: pl.DataFrame, setup: PromptSetup) -> bool:
    """Whether there are samples of the same weights with exactly these prompts, which lack the token.

    setup: see `Setup.of_prompts`. They may be under a former name of the model, or of a benchmark that shares them.
    """
    hashes = set(rendered["prompt_hash"])
    return any(not hashes.isdisjoint(_hashes(file)) for file in _kept(setup))


def _kept(setup: PromptSetup) -> Iterable[Path]:
    for pattern in (paths.SAMPLES, paths.topup(paths.SAMPLES)):
        folder = Result(os.path.dirname(pattern), Curve)  # names in it may end in anything, of what was set aside
        place = pattern.format(model="*", benchmark="{benchmark}", decoding="*", block=".*-*")
        for benchmark in setup["benchmarks"]:
            for file in sorted(Path().glob(f"{place.format(benchmark=benchmark)}*")):
                name = folder.row(file.parent).model
                if (name == setup["model"] or name not in setup["models"]) and _is_of(file, setup["weights"]):
                    yield file


def _is_of(file: Path, weights: dict[str, str | None]) -> bool:
    try:
        model = store.about(file)["spec"].get("model", {})
    except InputError:  # a damaged file holds no samples
        return False
    return {key: model.get(key) for key in weights} == weights


def _hashes(file: Path) -> list[str]:
    return pl.concat(store.batches(file, ["prompt_hash"]))["prompt_hash"].unique().to_list()


def tell_of_lost_beginning(name: str, folder: str, spec: SampleSpec, prompts: Iterable[str]) -> None:
    """Warn that sampling continues without the token if prompts were rendered before it was written into them."""
    model = spec["model"]
    if is_chat(model["prompt"]) or any(isinstance(model.get(key), dict) for key in ("weights", "adapter")):
        return  # what is trained here saw its prompts as they are
    token = lost_beginning(folder)
    if token and not all(prompt.startswith(token) for prompt in prompts):
        log.warning(WITHOUT, name, token, "samples go on without it")


WITHOUT = (
    "%s: the tokenizer begins a text with %s (add_bos_token), and prompts that were rendered before do not: %s. Give "
    "the model a prompt that begins with it to sample all anew"
)
