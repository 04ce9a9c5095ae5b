"""Parameters of a decoding that concern the next token. Light: used at parse time too.

The engines apply penalties, then temperature, min_p, top_k and top_p, in this order, as vLLM does (engines/picking.py).
"""

from collections.abc import Mapping
from typing import NamedTuple

from boundary.contracts import Parameters

SCALES, TRUNCATES, PENALISES = "scales", "truncates", "penalises"
VLLM, SGLANG, LLAMACPP = "vllm", "sglang", "llamacpp"  # who owns a server's models, as it says


class Parameter(NamedTuple):
    """neutral: the value without effect. does: whether it scales or truncates the distribution, or penalises tokens
    that have occurred. off: the value that switches it off on servers with a default of their own. named: its name
    on servers, if different."""

    neutral: float
    does: str
    off: Mapping[str, float] = {}
    named: Mapping[str, str] = {}


PARAMETERS = {
    "temperature": Parameter(1.0, SCALES),
    "top_p": Parameter(1.0, TRUNCATES),
    "top_k": Parameter(0, TRUNCATES, off={VLLM: -1, SGLANG: -1, LLAMACPP: 0}),
    "min_p": Parameter(0.0, TRUNCATES, off={VLLM: 0.0, SGLANG: 0.0, LLAMACPP: 0.0}),
    "repetition_penalty": Parameter(
        1.0, PENALISES, off={VLLM: 1.0, SGLANG: 1.0, LLAMACPP: 1.0}, named={LLAMACPP: "repeat_penalty"}
    ),
    "presence_penalty": Parameter(0.0, PENALISES),
}
PENALTIES = [name for name, parameter in PARAMETERS.items() if parameter.does == PENALISES]


def penalties(decoding: Parameters) -> list[str]:
    """The penalties of a decoding; with them each distribution depends on the tokens before."""
    return [name for name in PENALTIES if name in decoding]


def truncates(decoding: Parameters) -> bool:
    """Whether a decoding leaves unlikely tokens out."""
    truncating = {name: one.neutral for name, one in PARAMETERS.items() if one.does == TRUNCATES}
    return any(decoding.get(name, neutral) != neutral for name, neutral in truncating.items())
