"""Decodings that are cut from another one: its samples, under fewer tokens. Light: runs at parse time."""

from boundary.config.explanations import suggest
from boundary.contracts import Config, Decoding, Model
from boundary.errors import InputError
from boundary.grid import tokenizer_source
from boundary.importing.formats import is_episodes
from boundary.sampling.templates import by_chat


def resolve_cuts(config: Config) -> None:
    """A decoding with `cut` gets all other keys from the decoding that it cuts."""
    decodings = config["decodings"]
    for name, decoding in decodings.items():
        if "cut" not in decoding:
            continue
        key, source = f"config: decodings.{name}", decoding["cut"]
        if source not in decodings:
            raise InputError(
                f"{key}.cut = {source!r} is not a decoding of this run{suggest(source, decodings)}; "
                f"decodings: {', '.join(decodings)}"
            )
        entry = decodings[source]
        if "cut" in entry:
            raise InputError(f"{key}.cut = {source!r} is itself cut from {entry['cut']!r}; cut this one from that too")
        if "turns" not in decoding and decoding["max_tokens"] >= entry["max_tokens"]:
            raise InputError(
                f"{key}.max_tokens = {decoding['max_tokens']}: must be less than that of decodings.{source}, which it "
                f"is cut from: {entry['max_tokens']}"
            )
        for benchmark in decoding.get("benchmarks", []):
            if benchmark not in entry.get("benchmarks", [benchmark]):
                raise InputError(
                    f"{key}.benchmarks: {benchmark!r} is not one of decodings.{source}, which it is cut from: "
                    f"{', '.join(entry['benchmarks'])}"
                )
        decodings[name] = entry | decoding


def decodings_of(config: Config, name: str) -> list[str]:
    """The decodings of a model in the order of the configuration: all, or those that its entry names.

    A decoding with `cut` needs the model's tokenizer and the samples that it cuts. Without them the model is left out
    of it; if the model's entry names the decoding, that is an InputError.
    """
    model, found = config["models"][name], []
    for decoding, entry in config["decodings"].items():
        asked = decoding in model.get("decodings", ())
        if "decodings" in model and not asked:
            continue
        lacking = _lacking(model, entry) if "cut" in entry else None
        if lacking and asked:
            raise InputError(f"config: models.{name}.decodings: {decoding!r} is cut from {entry['cut']!r}: {lacking}")
        if not lacking:
            found.append(decoding)
    return found


def sampled(decodings: dict[str, Decoding]) -> list[str]:
    """The names of decodings without `cut`."""
    return [name for name, decoding in decodings.items() if "cut" not in decoding]


def _lacking(model: Model, decoding: Decoding) -> str | None:
    """What a model would need for a decoding that is cut, in words."""
    if "turns" in decoding:
        if not ("responses" in model and is_episodes(model["responses"])):
            return (
                "turns are of imported episodes (`responses` with `episodes: true`), which it has none of; leave it out"
            )
        return None
    if by_chat(model):
        return "a chat endpoint tells no tokens of a thought from those of the answer; leave it out"
    if tokenizer_source(model) is None:
        return (
            "that takes the tokenizer of the model, and there is none here; leave it out, or name the folder or hub id "
            "of a server's by `server: {tokenizer: ...}`"
        )
    if decoding["cut"] not in model.get("decodings", [decoding["cut"]]):
        return f"name {decoding['cut']!r} too, as its samples are made of those"
    return None
