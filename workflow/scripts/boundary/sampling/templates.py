"""Templates of prompts: a text with {question} in it, one of two such texts, or a chat. Light: used at parse time."""

import html
import json
import re
from typing import Any, TypeGuard

from boundary.contracts import ChatTemplate, Model, ModelSpec, Template, Where

# tokens at the beginning of a sequence: of DeepSeek, Llama 3, Llama 2 and Mistral, Gemma, Command
BEGINNINGS = ("<｜begin▁of▁sentence｜>", "<|begin_of_text|>", "<s>", "<bos>", "<BOS_TOKEN>")
MISSING = (
    "has no chat template: give the model a text prompt, in the format that it was trained with, or put its template "
    "as chat_template.jinja beside the tokenizer"
)


def starter_code(metadata: str) -> str | None:
    """The code that a solution must continue, from its metadata (JSON text)."""
    return json.loads(metadata).get("starter_code")


def is_chat(template: Template) -> TypeGuard[ChatTemplate]:
    return isinstance(template, dict) and "chat" in template


def by_chat(model: Model | ModelSpec | Where) -> bool:
    """Whether a model is sampled through the chat endpoint of a server. model: a resolved entry, or that of a spec."""
    server = model.get("server")
    return (server.get("api") if isinstance(server, dict) else model.get("api")) == "chat"


def template_of(template: Template, starter_code: str | None) -> str:
    """The template for a problem with or without starter code; for a chat, that of the user's message."""
    text: Any = template["chat"] if is_chat(template) else template
    return text if isinstance(text, str) else text["with_starter_code" if starter_code else "without"]


def without_beginning(template: Template) -> object:
    """A template without a beginning-of-sequence token; that token alone makes no other prompt, because each model
    has its own."""
    if is_chat(template):
        return template
    if isinstance(template, str):
        return template.removeprefix(beginning_of(template))
    return {key: text.removeprefix(beginning_of(text)) for key, text in template.items() if isinstance(text, str)}


def beginning_of(template: Template) -> str:
    """The beginning-of-sequence token of a template, or of the first of two texts; "" without one."""
    text = template if isinstance(template, str) else str(next(iter(template.values())))
    return next((token for token in BEGINNINGS if text.startswith(token)), "")


def last_words(template: Template, starter_code: str | None) -> str:
    """The end of a prompt, as far as its template determines it."""
    return template.get("prefill", "") if is_chat(template) else template_of(template, starter_code)


def holds(prompt: str, question: str) -> bool:
    """Whether a rendered prompt contains a question's text: ignoring white space, unchanged or escaped for JSON or
    HTML."""
    forms = (question, json.dumps(question)[1:-1], json.dumps(question, ensure_ascii=False)[1:-1])
    shown = [_without_space(text) for text in (prompt, html.unescape(prompt))]
    return any(_without_space(form) in text for form in forms for text in shown)


def _without_space(text: str) -> str:
    return re.sub(r"\s+", "", text)
