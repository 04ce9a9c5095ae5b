"""Progress of a long job: a bar on a terminal, a line now and then in a log."""

import logging
import sys
import time

from tqdm import tqdm

log = logging.getLogger(__name__)
in_the_file = logging.getLogger("boundary.finished")  # of a finished block; the terminal tells of all of them together
FIRST_LINE, SECONDS_BETWEEN_LINES = 5, 60  # seconds


class Progress:
    """Samples done of `total`, samples/s, tokens/s and remaining time. Speeds count this run only, not what was
    resumed."""

    def __init__(self, name: str, total: int):
        self.name, self.total = name, total
        self.tokens = self.sampled = 0
        self.spent: float | None = None  # money, of what costs some

    def start(self, done: int) -> None:
        self.begun = time.monotonic()
        self.next_line = self.begun + FIRST_LINE
        self.bar = tqdm(
            total=self.total, initial=done, desc=self.name, unit="sample", disable=not sys.stderr.isatty(), leave=False
        )
        self.done = done

    def add(self, samples: int, tokens: int) -> None:
        self.done, self.sampled, self.tokens = self.done + samples, self.sampled + samples, self.tokens + tokens
        self.bar.update(samples)
        self.bar.set_postfix_str(f"{self.tokens / self._seconds():,.0f} tokens/s", refresh=False)
        self.bar.refresh()
        if self.done == self.total:
            self.bar.close()
            in_the_file.info("%s: %s", self.name, self)
        elif time.monotonic() > self.next_line:
            self.next_line = time.monotonic() + SECONDS_BETWEEN_LINES
            log.info("%s: %s", self.name, self)

    def _seconds(self) -> float:
        return max(time.monotonic() - self.begun, 1e-9)

    def __str__(self) -> str:
        rate = self.sampled / self._seconds()
        left = tqdm.format_interval((self.total - self.done) / rate) if rate else "?"
        return (
            f"{self.done:,} of {self.total:,} samples, {rate:,.{0 if rate > 10 else 2}f} samples/s, "
            f"{self.tokens / self._seconds():,.0f} tokens/s, {left} left"
            + ("" if self.spent is None else f", {self.spent:,.2f} spent")
        )
