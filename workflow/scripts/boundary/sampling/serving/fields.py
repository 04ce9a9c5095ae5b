"""The fields of a request: those that a decoding sets and those that it leaves out, by the server's own names."""

import base64
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import openai
from PIL import Image

from boundary.contracts import Message, Parameters, StopRules
from boundary.sampling.decoding import LLAMACPP, PARAMETERS, PENALTIES, SGLANG, VLLM

# Where nothing is said of these, servers take defaults of their own or of the model's generation_config.json. So they
# are told what is off, under their own names; of others, some refuse what they do not know.
OFF = {
    owner: {one.named.get(owner, name): one.off[owner] for name, one in PARAMETERS.items() if owner in one.off}
    for owner in (VLLM, SGLANG, LLAMACPP)
}
# of llama.cpp further ones, where it lists them among the settings of a request (/props)
OFF_WHERE_LISTED: dict[str, float | list[str]] = {
    "typical_p": 1.0,
    "top_n_sigma": -1.0,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
}
OFF_WHERE_LISTED |= {"dry_multiplier": 0.0, "xtc_probability": 0.0, "dynatemp_range": 0.0, "mirostat": 0}
OFF_WHERE_LISTED |= {"adaptive_target": -1.0}
# its own order has the temperature last, so that top_p would be a share of the probabilities at temperature 1
OFF_WHERE_LISTED |= {"samplers": ["penalties", "temperature", "top_k", "top_p", "min_p"]}
ALWAYS = ("temperature", "top_p")  # what every request says
ON = [name for name in PARAMETERS if name not in ALWAYS]  # what a decoding may say of the others
CONTINUE = {VLLM: {"add_generation_prompt": False, "continue_final_message": True}}  # a last assistant message
OF_TEMPLATE = "chat_template_kwargs"
TO_TEMPLATE = ("enable_thinking",)  # fields that servers of TEMPLATED pass over unless they stand under OF_TEMPLATE
TEMPLATED = (VLLM, SGLANG, LLAMACPP)
TAKE_STOP_TOKEN_IDS = (VLLM, SGLANG)
# field of a request -> the key that sets it
KEYS = {name: f"decodings.*.{name}" for name in (*PARAMETERS, "max_tokens", "logprobs")}
KEYS |= {"repeat_penalty": KEYS["repetition_penalty"], "repeat_last_n": KEYS["repetition_penalty"]}
KEYS |= {"max_completion_tokens": KEYS["max_tokens"]}
KEYS |= {name: f"models.*.{name}" for name in ("stop", "stop_token_ids")}
SEED = "seed"
OTHERWISE = {"max_tokens": "max_completion_tokens", SEED: "random_seed"}  # how some endpoints call a field
OURS = {other: field for field, other in OTHERWISE.items()}
NEUTRAL = {name: PARAMETERS[name].neutral for name in ALWAYS}  # what an endpoint does that is told nothing
LOC = re.compile(r"""['"]loc['"]: [\[(]['"]body['"], ['"](\w+)""")  # of what validates requests for many servers


class Fields:
    """Fields of requests to one endpoint. It learns from refusals: some fields have other names, some are left out.

    said: facts from the server. settings: of a request, if it lists them. extra: further fields.
    """

    def __init__(self, by_chat: bool, extra: dict, model: StopRules):
        self.by_chat, self.extra = by_chat, extra
        self.stop, self.stop_token_ids = model["stop"], model["stop_token_ids"]
        self.said: dict = {}
        self.settings: dict = {}
        self.names: dict[str, str] = {}  # of fields that this endpoint calls otherwise
        self.left_out: set[str] = set()

    @property
    def owner(self) -> str:
        return self.said.get("owned_by") or ""

    def of(self, request, decoding: Parameters) -> dict:
        """The body of a request, except the name of the model."""
        said: Mapping[str, Any] = decoding
        found = {name: said[name] for name in ALWAYS} | {SEED: request.seed}
        found |= {"max_tokens": decoding["max_tokens"]} | ({"stop": self.stop} if self.stop else {})
        found |= OFF.get(self.owner, {}) | {key: off for key, off in OFF_WHERE_LISTED.items() if key in self.settings}
        found |= {PARAMETERS[key].named.get(self.owner, key): said[key] for key in ON if said.get(key)}
        if self.owner == LLAMACPP and any(said.get(key) for key in PENALTIES):  # of all tokens, not of the last 64
            found["repeat_last_n"] = self.said.get("n_ctx", -1)
        if self.stop_token_ids:
            found["stop_token_ids"] = self.stop_token_ids
        found |= self._of_chat(request, decoding) if self.by_chat else self._of_text(request)
        return {self.names.get(key, key): value for key, value in found.items() if key not in self.left_out}

    def _of_text(self, request) -> dict:
        logprobs = 1 if self.owner == LLAMACPP else 0  # of the sampled token only; llama.cpp gives none for 0
        return {"prompt": request.prompt + request.prefix, "logprobs": logprobs} | self.extra

    def _of_chat(self, request, decoding: Parameters) -> dict:
        messages, further = shown(json.loads(request.prompt), request.images), dict(self.extra)
        if self.owner in TEMPLATED and (told := {key: further.pop(key) for key in TO_TEMPLATE if key in further}):
            further[OF_TEMPLATE] = further.get(OF_TEMPLATE, {}) | told
        further |= {"logprobs": True} if decoding.get("logprobs") else {}
        further |= CONTINUE[self.owner] if goes_on(messages) else {}
        return {"messages": messages} | further

    def learn(self, error: openai.APIStatusError, decoding: Parameters) -> str | None:
        """The change from now on, in words, if an endpoint refuses a field that changes no decoding; "" if it was
        already known, None if the refusal is final."""
        asked, refused = json.loads(error.request.content or b"{}"), field_of(error) or ""
        field = OURS.get(refused, refused)
        sent = next((name for name in (field, OTHERWISE.get(field)) if name in asked), None)
        if sent is None:
            return None
        if field in self.left_out or sent != self.names.get(field, field):
            return ""
        other = OTHERWISE.get(field)
        if other and sent != other and (field == SEED or other in words(error)):
            self.names[field] = other
            return f"calls {field} {other}"
        needless = field == "logprobs" and not decoding.get("logprobs")
        if not (field == SEED or needless or (field in NEUTRAL and asked[sent] == NEUTRAL[field])):
            return None
        self.left_out.add(field)
        return f"takes no {field}: it is left out"


def shown(messages: list[Message], images: Sequence[bytes]) -> list[Message]:
    """Messages with images as data URLs before the last user text."""
    if not images:
        return messages
    last = max(at for at, one in enumerate(messages) if one["role"] == "user")
    parts = [{"type": "image_url", "image_url": {"url": data_url(image)}} for image in images]
    said = messages[last] | {"content": [*parts, {"type": "text", "text": messages[last]["content"]}]}
    return [*messages[:last], said, *messages[last + 1 :]]


def data_url(image: bytes) -> str:
    """RFC 2397."""
    with Image.open(io.BytesIO(image)) as opened:
        kind = opened.get_format_mimetype() or "image/png"
    return f"data:{kind};base64,{base64.b64encode(image).decode()}"


def goes_on(messages: list[Message]) -> bool:
    """Whether messages begin the model's turn."""
    return messages[-1]["role"] == "assistant"


def words(error: openai.APIStatusError) -> str:
    """The text of a server's refusal, on one line."""
    body = error.body
    said = body.get("message", body) if isinstance(body, dict) else body or error.message
    return f"{error.status_code}, {' '.join(str(said).split())}"


def field_of(error: openai.APIStatusError) -> str | None:
    """The field that a refusal names: as its `param`, as a place in the body, or as a word."""
    if error.status_code not in (400, 422):
        return None
    known = {*KEYS, *OTHERWISE, *OTHERWISE.values()}
    body, said = error.body, words(error)
    named = body.get("param") if isinstance(body, dict) else None
    placed = LOC.findall(str(body))
    return next((name for name in (named, *(placed or re.findall(r"[a-z_]+", said))) if name in known), None)
