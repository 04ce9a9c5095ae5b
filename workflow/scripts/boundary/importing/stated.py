"""Facts in files about how their responses were made, and whether those of two models can be compared."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from boundary.contracts import Facts, Kept, Partner, Settings, StatedScores
from boundary.errors import InputError
from boundary.files import store
from boundary.importing.formats import FORMATS

SETTINGS = {"temperature": "temperature", "top_p": "top-p", "max_tokens": "max tokens"}  # of a decoding, in words
THE_FIX = "set it to the file's value in `decodings`, or name another decoding in the model's `decodings`"
MOST = 8  # values of a setting that are kept, and problems that are named
SHOWN = 300  # characters of a prompt that is kept to be shown

NO_SETTINGS: Settings = {}


class Stated:
    """Facts from the rows of files: settings, and the rendered prompt of each problem.

    decoding: the settings according to the configuration. name: of the format.
    """

    def __init__(self, decoding: Settings = NO_SETTINGS, name: str | None = None):
        self.decoding, self.name = decoding, name
        self.settings: dict[str, list] = {}
        self.prompts: dict[str, set[str]] = {}
        self.example: str | None = None
        self.scores: StatedScores = {}  # see `facts`

    def add(self, settings: Settings | None, problem: str = "", prompt: str | None = None) -> None:
        """Add the facts of one row, or of the head of a file. ValueError if the decoding contradicts them."""
        for key, value in (settings or {}).items():
            known = self.settings.setdefault(key, [])
            if value is not None and value not in known and len(known) < MOST:
                known.append(value)
                if said := contradiction(self.settings, self.decoding):
                    raise ValueError(f"{said}; {THE_FIX}")
        if prompt is not None:
            self.example = self.example or prompt[:SHOWN]
            self.prompts.setdefault(problem, set()).add(_digest([prompt]))

    def kept(self) -> Kept:
        """The state that `take` reads, as JSON."""
        prompts = {problem: sorted(digests) for problem, digests in self.prompts.items()}
        return {"settings": self.settings, "prompts": prompts, "example": self.example}

    def take(self, kept: Kept) -> None:
        """Add the facts of another file, and the name of its score. ValueError as in `add`."""
        for key, values in kept["settings"].items():
            for value in values:
                one: Any = {key: value}
                self.add(one)
        for problem, digests in kept["prompts"].items():
            self.prompts.setdefault(problem, set()).update(digests)
        self.example = self.example or kept["example"]
        of_scores: Any = {key: kept[key] for key in ("score", "question") if kept[key] is not None}
        self.scores |= of_scores

    def count_scores(self, scores: pl.Series) -> None:
        """Count the scores. scores: of all responses of all files, null if there is none."""
        values = scores.drop_nulls().unique(maintain_order=True).head(MOST).to_list()
        self.scores |= {"values": values, "unknown": scores.null_count()} if values else {}

    def facts(self) -> Facts:
        """`settings`: the values of each; if there are prompts, `rendering`, `example` and digests by problem; if
        there are any, `scores`: the name of the `score`, some `values`, the number of `unknown` ones, or the
        `question` that the file raises."""
        found: Facts = {"settings": {key: values for key, values in self.settings.items() if values}}
        found |= {"scores": self.scores} if self.scores else {}
        if self.prompts:
            digests = {problem: _digest(prompts) for problem, prompts in self.prompts.items()}
            rendering = FORMATS[self.name].rendering if self.name else None
            found |= {"rendering": rendering, "example": self.example, "prompts": digests}
        return found


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(sorted(texts)).encode(errors="replace")).hexdigest()[:12]


def contradiction(settings: Mapping[str, list], decoding: Settings) -> str | None:
    """The settings in which a decoding contradicts files, in words. Without randomness, top-p has no effect."""
    said: Any = decoding
    for key, word in SETTINGS.items():
        for value in settings.get(key, []):
            greedy = key == "top_p" and said.get("temperature") == 0
            if said.get(key) is not None and not greedy and not math.isclose(value, said[key], rel_tol=1e-6):
                return f"{word} is {value:g} in the file and {said[key]:g} in the configuration"
    return None


class Side(NamedTuple):
    """One model of a pair. stated: `Stated.facts`, or None if its prompts and settings are unknown; decoding: the
    settings of the configuration; sampled: whether they are those of this run."""

    label: str
    stated: Facts | None
    decoding: Settings
    sampled: bool = False

    @property
    def facts(self) -> Facts:
        return self.stated or {"settings": {}}

    def setting(self, key: str) -> str:
        """The values of a setting, or `unknown`."""
        said: Any = self.decoding
        if self.sampled:
            values = [said[key]] if said.get(key) is not None else []
        else:
            values = self.facts.get("settings", {}).get(key, [])
        return " and ".join(value if isinstance(value, str) else f"{value:g}" for value in values) or "unknown"


def differing(first: Facts | None, second: Facts | None) -> list[str] | None:
    """The common problems whose rendered prompts differ; None if unknown."""
    if first is None or second is None:
        return None
    prompts, others = first.get("prompts", {}), second.get("prompts", {})
    shared = prompts.keys() & others.keys()
    if not shared or first["rendering"] != second["rendering"]:
        return None
    return sorted(problem for problem in shared if prompts[problem] != others[problem])


def require_alike(base: Side, tuned: Side, prompts_differ: bool) -> None:
    """InputError if the files of a pair have different rendered prompts, unless the pair allows it, or if a file's
    settings contradict its decoding."""
    for side in (base, tuned):
        if not side.sampled and (said := contradiction(side.facts.get("settings", {}), side.decoding)):
            raise InputError(f"{side.label}: {said}; {THE_FIX}")
    different = differing(base.stated, tuned.stated)
    if different and not prompts_differ:
        raise InputError(
            f"{base.label} and {tuned.label} are a pair, and their files give other rendered prompts for "
            f"{len(different)} problems, {different[0]!r} among them, so a difference need not come from training; "
            "add `prompts_differ: true` to the pair to compare anyway"
        )


def require_alike_partners(name: str, stated: Facts, partners: Mapping[str, Partner]) -> None:
    """`require_alike` of a model and the already imported models of its pairs. partners: by model, the `path` of
    their samples and their `spec`."""
    for other, partner in partners.items():
        if Path(partner["path"]).exists() and store.has_spec(partner["path"], partner["spec"]):
            theirs = store.about(partner["path"])["made_with"].get("stated")
            require_alike(Side(other, theirs, {}), Side(name, stated, {}), False)


def in_words(base: Side, tuned: Side) -> str:
    """Whether the two sides can be compared, as far as known: prompts and settings, in a sentence."""
    different = differing(base.stated, tuned.stated)
    if different is None:
        parts = ["whether the prompts are the same is not known"]
    elif different:
        parts = [f"the prompts of {len(different)} of {len(base.facts['prompts'])} problems differ"]
    else:
        parts = ["the same rendered prompts"]
    unknown = []
    for key, word in (SETTINGS | {"model": "model name"}).items():
        said = base.setting(key), tuned.setting(key)
        if said == ("unknown", "unknown"):
            unknown.append(word)
        else:
            parts.append(f"{word} {said[0]}" if said[0] == said[1] else f"{word} {said[1]} against {said[0]}")
    return "; ".join(parts) + (f"; not stated: {', '.join(unknown)}" if unknown else "")
