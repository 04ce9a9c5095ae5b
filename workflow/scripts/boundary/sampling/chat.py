"""Chats: prompts rendered by the tokenizer's own template, here or (messages) on a server.

A template's date is always the same here.
"""

import contextlib
import datetime
import json
import logging
import re
from functools import cache
from typing import Any

from boundary.contracts import ChatTemplate, PromptSetup, PromptSpec
from boundary.errors import InputError
from boundary.files.hub import download_tokenizer, folder_of
from boundary.sampling.engines import prompt_ids
from boundary.sampling.templates import MISSING, holds, is_chat

log = logging.getLogger(__name__)

FIXED = datetime.date(2024, 7, 26)  # "today" of templates that print it: or each day would sample anew


class Messages:
    """Writes the turns of a prompts entry as JSON, for a server that renders them. entry: `system`, `prefill`."""

    def __init__(self, entry: ChatTemplate):
        self.entry = entry

    def __call__(self, text: str) -> str:
        """The messages up to what the user says, `text`, and the prefill as the beginning of the model's turn."""
        return json.dumps([*_turns(self.entry, text), *self._begun()], ensure_ascii=False)

    def _begun(self) -> list[dict[str, str]]:
        return [{"role": "assistant", "content": self.entry["prefill"]}] if "prefill" in self.entry else []


def _turns(entry: ChatTemplate, text: str) -> list[dict[str, str]]:
    system = entry.get("system")
    turns = [{"role": "system", "content": system}] if system is not None else []
    for question, answer in entry.get("shots", ()):
        turns += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return [*turns, {"role": "user", "content": text}]


class Chat:
    """Renders the turns of a prompts entry. entry: `system`, `prefill`, `options` of the template.

    tokenizer: of transformers. named: the model in words, for errors. served: whether prompts are for a server, whose
    tokenizer begins a text itself. InputError if there is no template.
    """

    def __init__(self, tokenizer, entry: ChatTemplate, named: str, served: bool = False):
        self.tokenizer, self.entry, self.named, self.served = tokenizer, entry, named, served
        if not tokenizer.chat_template:
            raise InputError(f"the tokenizer of {named} {MISSING}")

    def __call__(self, text: str) -> str:
        """The prompt whose user says `text`, up to where the model's turn begins, with the prefill."""
        prompt = self._rendered(text)
        if not holds(prompt, text):  # templates of models that see read the content of a turn as a list of parts
            with contextlib.suppress(InputError):
                in_parts = self._rendered(text, in_parts=True)
                prompt = in_parts if holds(in_parts, text) else prompt
        if self.served and self.tokens(prompt) != self.tokenizer(prompt)["input_ids"]:  # it would begin twice there
            prompt = prompt.removeprefix(self.tokenizer.bos_token)
        return prompt + self.entry.get("prefill", "")

    def _rendered(self, text: str, in_parts: bool = False, turn: bool = True) -> str:
        """The chat as the template has it. turn: with what begins the model's turn."""
        turns: list[Any] = [*_turns(self.entry, text)]
        if in_parts:
            turns = [part | {"content": [{"type": "text", "text": part["content"]}]} for part in turns]
        said = {
            "date_string": FIXED.strftime("%d %b %Y"),
            "strftime_now": FIXED.strftime,
            **self.entry.get("options", {}),
        }
        try:
            return self.tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=turn, **said)
        except Exception as error:  # whatever a template makes of it; it is code of the model's makers
            raise InputError(
                f"the chat template of {self.named} fails: {type(error).__name__}: {error}. Does it know a system "
                "turn, and the `options` of the prompt?"
            ) from error

    def tell(self, prompt: str) -> None:
        """Report oddities of a rendered prompt, which may be intended."""
        if re.search(r"<think>\s*<think>\s*$", prompt):
            log.warning(
                "%s: its prompts open <think> twice: the chat template does, and so does the prefill", self.named
            )
        if self._rendered("?") == self._rendered("?", turn=False):
            log.warning("%s: its chat template writes nothing where the model's turn begins", self.named)

    def tokens(self, prompt: str) -> list[int]:
        return prompt_ids(self.tokenizer, prompt)


def renderer(spec: PromptSpec, setup: PromptSetup, fetched: str | None) -> Chat | Messages | None:
    """The renderer of a spec's prompts, here or for a server that renders; None for texts.

    setup: see `Setup.of_prompts`. fetched: the manifest of downloaded weights.
    """
    template = spec["template"]
    if spec.get("api") == "chat":
        return Messages(template) if is_chat(template) else None
    if not is_chat(template):
        return None
    folder = tokenizer_folder(fetched, setup["tokenizer"], spec["tokenizer"])
    return Chat(tokenizer_of(folder), template, f"model {setup['model']}", setup["served"])


def tokenizer_folder(fetched: str | None, folder: str | None, pinned: str | None) -> str:
    """The folder of a model's tokenizer: in downloaded weights (their manifest), in `folder`, or downloaded now."""
    if fetched:
        return folder_of(fetched)
    return folder or download_tokenizer(pinned or "")["folder"]


@cache
def tokenizer_of(folder: str):
    """The tokenizer in a folder of weights, without the weights."""
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise InputError(f"the tokenizer in {folder} cannot be loaded: {error}") from error
