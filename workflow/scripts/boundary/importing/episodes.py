"""Episodes: messages of an agent, its tools and its users. A turn is one message of the assistant.

An episode is one sample of its problem. Messages of all tools get one form: a list of mappings with `role`, `text`, and
for calls of tools `calls`, [[name, arguments], ...], all as text.
"""

import json
from collections.abc import Iterable

from boundary.contracts import Turn

ASSISTANT = "assistant"
LONGEST_ROLE = 40  # characters


def messages_of(said: object) -> list[Turn]:
    """The messages of an episode in one form. ValueError if it is not a list of messages."""
    if not isinstance(said, list) or not all(isinstance(one, dict) and "role" in one for one in said):
        raise ValueError("is no episode: a list of messages, each with its `role`")
    return [_message(one) for one in said]


def _message(said: dict) -> Turn:
    message: Turn = {"role": str(said["role"])[:LONGEST_ROLE], "text": text_of(said.get("content"))}
    calls = [_call(one) for one in said.get("tool_calls") or ()]
    if calls:
        message["calls"] = calls
    return message


def text_of(content: object) -> str:
    """The text of a message, whose content may be in parts; a part that is not text becomes its kind."""
    if content is None or isinstance(content, str):
        return content or ""
    parts = content if isinstance(content, list) else [content]
    return "".join(_part(part) for part in parts)


def _part(part: object) -> str:
    if not isinstance(part, dict):
        return str(part)
    kind = part.get("type", "text")
    return str(part.get("text") or part.get("reasoning") or "") if kind in ("text", "reasoning") else f"[{kind}]"


def _call(said: object) -> list[str]:
    """Name and arguments of a call, as OpenAI, inspect or verifiers write it, the last in JSON text."""
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except ValueError:
            return ["", str(said)]
    if not isinstance(said, dict):
        return ["", str(said)]
    function = said.get("function")
    inner = function if isinstance(function, dict) else said
    name = inner.get("name") or (function if isinstance(function, str) else "")
    arguments = inner.get("arguments", "")
    return [str(name), arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)]


def turns_of(messages: Iterable[Turn]) -> int:
    """Number of messages of the assistant."""
    return sum(message["role"] == ASSISTANT for message in messages)


def last_said(messages: Iterable[Turn]) -> str:
    """The last message of the assistant."""
    return next((one["text"] for one in reversed(list(messages)) if one["role"] == ASSISTANT), "")


def first_turns(messages: list[Turn], turns: int) -> list[Turn]:
    """The messages before the assistant's turn number `turns` + 1."""
    done = 0
    for place, message in enumerate(messages):
        done += message["role"] == ASSISTANT
        if done > turns:
            return messages[:place]
    return messages
