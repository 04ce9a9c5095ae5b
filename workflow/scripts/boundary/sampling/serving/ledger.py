"""The cost of a model behind an endpoint, over all jobs and runs of a folder, and its limit."""

import os
import socket
import time
from pathlib import Path

from boundary.contracts import Price
from boundary.sampling.serving.records import changing, read

SPENT = Path("results/.spent")  # a file of each model that has a price
SECONDS_BETWEEN_LINES = 10  # in the file, where no limit asks for more
SECONDS_TO_LIVE = 120  # of what a job has in flight and says nothing of: then the job is gone
MILLION = 1_000_000


def cost(price: Price, given: float, generated: float) -> float:
    """The cost of tokens of prompts and of responses, by a `price` per million of each."""
    return (price["input"] * given + price["output"] * generated) / MILLION


class Ledger:
    """Costs of one model. Every request is entered at its maximum before it is sent, and at its real cost when it is
    over.

    price: per million tokens of `input` and `output`. limit: cost, or None. Requests in progress of a job that ended
    count at their maximum, because their outcome is unknown.
    """

    def __init__(self, model: str, price: Price, limit: float | None):
        self.path, self.price, self.limit = SPENT / f"{model}.json", price, limit
        self.job = f"{socket.gethostname()}/{os.getpid()}/{time.time_ns()}"
        self.spent = 0.0  # by this job
        self._told = self._held = 0.0
        self._next = time.monotonic()

    def enter(self, most: float) -> bool:
        """Whether a request of this maximum cost may be sent; the cost is reserved until `settle`."""
        self._held += most
        return self.limit is None or self._write(most)

    def settle(self, most: float, spent: float) -> None:
        """Settle a request that was entered."""
        self._held -= most
        self.spent += spent

    @property
    def in_flight(self) -> bool:
        return self._held > 1e-12

    def beat(self, at_once: bool = False) -> None:
        """Record now and then that the job is alive, and its cost so far."""
        if at_once or time.monotonic() > self._next:
            self._write(0.0)

    def total(self) -> float:
        """The cost of all jobs, with requests in progress at their maximum."""
        return _sum(read(self.path))

    def others_are_at_it(self) -> bool:
        """Whether other jobs have requests in progress, which may turn out cheaper."""
        held = read(self.path).get("held", {})
        return any(amount > 0 and _lives(at) for job, (amount, at) in held.items() if job != self.job)

    def _write(self, more: float) -> bool:
        """Bring the file up to date; whether it may hold `more`, which `_held` has already, else that is taken back."""
        self._next = time.monotonic() + SECONDS_BETWEEN_LINES
        with changing(self.path) as said:
            held = said.setdefault("held", {})
            gone = [job for job, (_, at) in held.items() if job != self.job and not _lives(at)]
            said["spent"] = said.get("spent", 0.0) + self.spent - self._told + sum(held.pop(job)[0] for job in gone)
            self._told = self.spent
            held[self.job] = [self._held, time.time()]
            allowed = not more or self.limit is None or _sum(said) <= self.limit
            if not allowed:
                self._held -= more
                held[self.job][0] = self._held
            if not self.in_flight:
                del held[self.job]
        return allowed


def _sum(said: dict) -> float:
    return said.get("spent", 0.0) + sum(amount for amount, _ in said.get("held", {}).values())


def _lives(at: float) -> bool:
    return time.time() - at < SECONDS_TO_LIVE
