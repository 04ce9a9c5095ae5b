"""Number of concurrent requests to an endpoint."""

import time

ALONE, AMONG_OTHERS = 256, 32  # at first: what waits at one endpoint could not go to another
MOST = 1000
RISES, RISES_AGAIN = 2.0, 1.25  # before and after it was too much for the endpoint
WORTH = 1.1  # by this much more throughput a rise was worth it
SECONDS_BETWEEN_FALLS = 1.0  # those that were under way are refused together


class Room:
    """Concurrent requests: more while throughput rises with them, half as many if the endpoint is busy.

    asked: the user's number, which is the first and the maximum. alone: whether there is only one endpoint.
    """

    def __init__(self, asked: int | None, alone: bool):
        self.size = asked or (ALONE if alone else AMONG_OTHERS)
        self.most, self.rises = asked or MOST, RISES
        self.taken = 0
        self.before: tuple[int, float] | None = None  # the last size and its tokens per second
        self.fell = -float("inf")
        self._begin()

    @property
    def free(self) -> int:
        return self.size - self.taken

    def finished(self, tokens: int) -> None:
        """A response has come. After twice as many as there is room for, the room is adjusted."""
        self.count += 1
        self.tokens += tokens
        if self.count < 2 * self.size:
            return
        rate = self.tokens / max(time.monotonic() - self.begun, 1e-9)
        if self.before and self.before[0] < self.size and rate < WORTH * self.before[1]:
            self.size, self.most = self.before[0], self.before[0]  # more was not worth it
        else:
            self.before = self.size, rate
            self._rise()
        self._begin()

    def is_busy(self) -> None:
        """The endpoint refused a request for now, or did not answer in time."""
        if time.monotonic() - self.fell > SECONDS_BETWEEN_FALLS:
            self.size, self.rises, self.before = max(1, self.size // 2), RISES_AGAIN, None
            self.fell = time.monotonic()
            self._begin()

    def waiting(self, number: float) -> None:
        """The number of requests that wait at the endpoint; with none it can take more."""
        if not number and self.free <= 0:
            self._rise()

    def _rise(self) -> None:
        self.size = min(self.most, max(self.size + 1, int(self.rises * self.size)))

    def _begin(self) -> None:
        self.count = self.tokens = 0
        self.begun = time.monotonic()
