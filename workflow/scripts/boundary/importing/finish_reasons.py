"""Finish reasons of other tools, as one of three: stop, length, other."""

WORDS = {
    "stop": ("stop", "eos", "eos_token", "stop_sequence", "end_turn"),
    "length": ("length", "max_tokens", "model_length"),
    "other": ("other", "abort", "content_filter", "error", "refusal", "tool_calls", "function_call", "tool_use"),
}
KNOWN = {word: reason for reason, words in WORDS.items() for word in words}
NOT_SAID = "unknown"  # of inspect


def finish_reason(said) -> str | None:
    """`stop`, `length` or `other`; None if unknown. ValueError for an unknown word.

    said: of vLLM, SGLang (whose word is the `type` of a mapping), TGI, OpenAI, Anthropic or inspect.
    """
    word = said["type"] if isinstance(said, dict) and "type" in said else said
    if word is None or word == NOT_SAID:
        return None
    if str(word).lower() not in KNOWN:
        raise ValueError(f"finish reason {word!r} must be one of {', '.join(KNOWN)}, or null where it is not known")
    return KNOWN[str(word).lower()]
