"""What claims are made of: a run's results, pair by pair."""

from boundary.analysis.claims import Compared
from boundary.analysis.guess import Floor, guess_floor
from boundary.files.store import Result
from boundary.grid import SIDES, sides


def compared(given: dict[str, list[Result]], spec: dict) -> list[Compared]:
    """One of every difference. given: `differences`, `crossings`, `overlaps`, `curves`, `problems`, `guesses`.

    spec: `graders` and `whole_of` of benchmarks, in the order of `problems`.
    """
    overlaps = {_names(result): result for result in given["overlaps"]}
    curves = {tuple(r.names[key] for key in ("model", "benchmark", "decoding")): r for r in given["curves"]}
    floors = _floors(given, spec)
    pairs = []
    for difference, crossing in zip(given["differences"], given["crossings"], strict=True):
        names, judged = difference.names, overlaps.get(_names(difference))  # none where a side is several runs
        facts, benchmark = difference.made_with | (judged.made_with if judged else {}), names["benchmark"]
        keys = [(names[side], benchmark, own) for side, own in zip(SIDES, sides(names["decoding"]), strict=True)]
        passk = None
        if all(key in curves for key in keys):
            passk = tuple(curves[key].frame.filter(grader=spec["graders"][benchmark]) for key in keys)
        frames = difference.frame, crossing.frame, judged and judged.frame
        pairs.append(Compared(names, *frames, facts, passk, floors.get(benchmark)))
    return pairs


def _names(result: Result) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(result.names.items()))


def _floors(given: dict[str, list[Result]], spec: dict) -> dict[str, Floor]:
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
