"""Inputs of claims: a run's results, pair by pair."""

from pathlib import Path
from typing import cast

from boundary.analysis.claims import Compared
from boundary.analysis.guess import Floor, guess_floor
from boundary.analysis.kinds import Names
from boundary.contracts import ClaimsSpec
from boundary.errors import listed
from boundary.files.store import ResultFile
from boundary.importing.stated import Side, in_words, require_alike
from boundary.names import SIDES, sides
from boundary.verifying.reported import unclear

MOST_NAMED = 3  # pairs of which the same is said


def compared(given: dict[str, list[ResultFile]], spec: ClaimsSpec) -> list[Compared]:
    """One of every difference. given: `differences`, `crossings`, `overlaps`, `choices`, `curves`, `problems`,
    `guesses`.

    spec: `graders` and `whole_of` of benchmarks, in the order of `problems`.
    """
    overlaps, choices = ({_names(result): result for result in given[kind]} for kind in ("overlaps", "choices"))
    curves = {tuple(r.names[key] for key in ("model", "benchmark", "decoding")): r for r in given["curves"]}
    floors = _floors(given, spec)
    pairs = []
    for difference, crossing in zip(given["differences"], given["crossings"], strict=True):
        names, judged = difference.names, overlaps.get(_names(difference))  # none where a side is several runs
        facts, benchmark = difference.made_with | (judged.made_with if judged else {}), names["benchmark"]
        keys = [(names[side], benchmark, own) for side, own in zip(SIDES, sides(names["decoding"]), strict=True)]
        passk = None
        if all(key in curves for key in keys):
            first, second = (curves[key].frame.filter(grader=spec["graders"][benchmark]) for key in keys)
            passk = first, second
        frames = difference.frame, crossing.frame, judged.frame if judged else None
        own = choices.get(_names(difference))
        pairs.append(
            Compared(cast(Names, names), *frames, facts, passk, floors.get(benchmark), own.frame if own else None)
        )
    return pairs


def comparable(imported: list[ResultFile], spec: ClaimsSpec) -> list[str]:
    """Whether models with imported samples or counts can be compared, in a line for all pairs of a benchmark with the
    same facts. InputError if the files of a pair contradict it.

    imported: samples. spec: `imported`, see `Claims.spec`, and `labels`.
    """
    stated = {tuple(Path(result.path).parts[-4:-1]): result.made_with.get("stated") for result in imported}
    found: dict[tuple[str, str], list[str]] = {}
    questions: dict[tuple[str, str], list[str]] = {}
    for pair in spec.get("imported", []):
        base, tuned = (
            Side(spec["labels"][side["curve"][0]], stated.get(tuple(side["curve"])), side["decoding"], side["sampled"])
            for side in (pair["base"], pair["tuned"])
        )
        require_alike(base, tuned, pair["prompts_differ"])
        _, benchmark, _ = pair["base"]["curve"]
        found.setdefault((benchmark, in_words(base, tuned)), []).append(f"{tuned.label} against {base.label}")
        for side, of in ((base, pair["base"]), (tuned, pair["tuned"])):
            if said := unclear(side.facts.get("scores", {}), of.get("right")):
                questions.setdefault((benchmark, said), []).append(side.label)
    found |= questions
    return [
        f"{benchmark}, imported: {listed(dict.fromkeys(names), MOST_NAMED)}: {said}"
        for (benchmark, said), names in found.items()
    ]


def _names(result: ResultFile) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(result.names.items()))


def _floors(given: dict[str, list[ResultFile]], spec: ClaimsSpec) -> dict[str, Floor]:
    """What guessing reaches on every benchmark where that is known."""
    sampled = {result.names["benchmark"]: result for result in given["guesses"]}
    largest = max((len(result.frame) for result in given["differences"]), default=1)
    found = {}
    for (benchmark, whole), result in zip(spec["whole_of"].items(), given["problems"], strict=True):
        guesses = [sampled[whole]] if whole in sampled else []
        curve = guess_floor(result.frame, largest, guesses)
        if curve is not None:
            found[benchmark] = Floor(curve, result.frame, guesses)
    return found
