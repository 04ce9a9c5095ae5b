"""Scores in a file for its own responses."""

import math

from boundary.contracts import Responses
from boundary.importing.formats import FORMATS, Found

SAID = {"true": 1.0, "false": 0.0}


class Scores:
    """Reads the score of every response: the metric that `score` names, the format's own, or the only one there is.

    columns: see `responses`. A value that is not a score is kept as a `question`; if `score` names the metric, it is a
    ValueError. `name`: of the metric that was read.
    """

    def __init__(self, columns: Responses):
        tool = FORMATS.get(columns.get("format", ""))
        self.named: str | None = columns.get("score")
        self.usual = tool.score if tool else None
        self.name: str | None = None
        self.question: str | None = None

    def of(self, found: Found, responses: int) -> list[float | None]:
        """One score for each response of a row, None where there is none."""
        metrics = found.scores if isinstance(found.scores, dict) else {}
        try:
            return self._scores(metrics, responses)
        except ValueError as error:
            if self.named:
                raise
            self.question = self.question or str(error)
            return [None] * responses

    def _scores(self, metrics: dict, responses: int) -> list[float | None]:
        if self.named and self.named not in metrics:
            raise ValueError(
                f"has no score {self.named!r} (key `score`); it has {', '.join(map(str, metrics)) or 'none'}"
            )
        if not metrics:
            return [None] * responses
        usual = self.usual if self.usual in metrics else None
        name: str = self.named or usual or next(iter(metrics))
        if not self.named and name != self.usual and len(metrics) > 1:
            raise ValueError(f"it has several ({', '.join(map(str, metrics))}): name one by `score`")
        self.name, values = name, metrics[name]
        values = values if isinstance(values, list) else [values]
        if len(values) != responses:
            raise ValueError(f"`{name}` is one for {responses} responses together")
        return [_number(value, name) for value in values]


def _number(value, name: str) -> float | None:
    if isinstance(value, str):
        try:
            value = SAID[value.casefold()] if value.casefold() in SAID else float(value)
        except ValueError:
            raise ValueError(f"`{name}` is {value[:20]!r}, which is no number") from None
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if not isinstance(value, int | float):
        raise ValueError(f"`{name}` is a {type(value).__name__}, which is no number")
    return float(value)
