"""A server that already runs: any OpenAI-compatible endpoint (vLLM, SGLang, llama.cpp, TGI, hosted ones), or several.

A sample is one request with its own seed; the prompt is sent as text, or as the messages of a chat. While an endpoint
does not answer or is busy, requests wait and are sent again, to another endpoint if there is one. Errors that waiting
cannot fix, such as a wrong key, end the job at once.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count

import openai

from boundary.contracts import Options, Parameters, Server, StopRules
from boundary.errors import InputError
from boundary.sampling.engines import HEARTBEAT, Request, Response, Unfinished
from boundary.sampling.serving.addresses import places
from boundary.sampling.serving.endpoint import AnswerError, Endpoint, pause_of
from boundary.sampling.serving.fields import Fields
from boundary.sampling.serving.ledger import Ledger, cost
from boundary.sampling.templates import by_chat

log = logging.getLogger(__name__)

TRIES = 3  # of a request that a server which is up leaves without a usable answer
TOO_MUCH = (429, 503)  # what a server says that is sent more than it takes
OF_IMAGE = 16_384  # tokens, at most about, that a model reads of an image
OF_TEMPLATE = 256  # tokens, at most about, that a chat template adds to what is said
SECONDS_BETWEEN_LOOKS = 2  # at a limit that other jobs' requests may still leave room under


class LimitError(InputError):
    """The model's cost limit is reached."""


class Engine:
    def __init__(
        self,
        server: Server,
        model: StopRules,
        options: Options,
        prompts: set[str],
        decoding: Parameters,
        images: bool = False,
    ):
        if images and not by_chat({"server": server}):
            raise InputError("prompts with images are sent to servers by chat alone: say `server: {api: chat}`")
        self.loop = asyncio.new_event_loop()
        self.generated = 0
        named = server.get("named", server["model"])
        self.ledger = Ledger(named, server["price"], server.get("limit")) if "price" in server else None
        self.prompt_tokens = self.answers = 0
        chat, extra, found = by_chat({"server": server}), server.get("extra", {}), places(server)
        self.endpoints = [
            Endpoint(url, key_env, server["model"], Fields(chat, extra, model), options, alone=len(found) == 1)
            for url, key_env in found
        ]
        self.till, self.settled = asyncio.Lock(), asyncio.Event()
        self.freed = asyncio.Condition()
        self.limited: LimitError | None = None
        try:
            self.loop.run_until_complete(self._begin(prompts, decoding))
        finally:
            self._settle()

    @property
    def description(self) -> dict:
        """Facts stored with samples: of the first endpoint, and of `others`."""
        first, *others = (endpoint.description for endpoint in self.endpoints)
        found = {"engine": "server", "openai": openai.__version__} | first | ({"others": others} if others else {})
        if self.ledger:
            mean = self.prompt_tokens / self.answers if self.answers else 0.0
            found |= {"price": self.ledger.price, "prompt_tokens": round(mean, 1)}
        return found

    @property
    def spent(self) -> float | None:
        """The cost of this job; None without a price."""
        return self.ledger.spent if self.ledger else None

    async def _begin(self, prompts: set[str], decoding: Parameters) -> None:
        """Find every endpoint that is up, see that it can do what is asked, and probe it."""
        found = await asyncio.gather(*(endpoint.check() for endpoint in self.endpoints))
        if not any(found):
            await self._one_that_is_up()
        up = [endpoint for endpoint in self.endpoints if endpoint.is_up]
        for endpoint in up:
            endpoint.require_context(0, decoding)
            endpoint.require_stop_token_ids()
            endpoint.require_continuing(prompts)
        prompt = min(prompts, key=lambda one: (len(one), one))

        async def probe(endpoint: Endpoint) -> None:
            def answer(request: Request, short: Parameters):
                return self._answer(request, short, endpoint)

            try:
                await endpoint.probe(prompt, decoding, answer, self._paid)
            except InputError:
                if endpoint.is_up or not any(other.is_up for other in self.endpoints):
                    raise

        await asyncio.gather(*map(probe, up))

    def generate(self, requests: Sequence[Request], decoding: Parameters) -> Iterator[list[Response]]:
        """Responses as they finish. Long prompts come first, so a prompt that does not fit is noticed at once."""
        waiting = deque(sorted(requests, key=lambda request: -len(request.prompt) - len(request.prefix)))
        running: set[asyncio.Task] = set()
        try:
            while True:
                room = sum(endpoint.room.size for endpoint in self.endpoints if endpoint.is_up) or 1
                while waiting and len(running) < room and not self.limited:
                    running.add(self.loop.create_task(self._answer(waiting.popleft(), decoding)))
                if not running:
                    break
                done, running = self.loop.run_until_complete(self._some(running))
                failed = [error for task in done if (error := task.exception()) and not isinstance(error, LimitError)]
                finished = [task.result() for task in done if not task.exception()]
                self.generated += sum(response.tokens for response in finished)
                yield finished
                if failed:
                    raise failed[0]
            if self.limited:
                raise self.limited
        finally:
            for task in running:
                task.cancel()
            if running:
                self.loop.run_until_complete(asyncio.wait(running))
            self._settle()

    async def _some(self, running: set[asyncio.Task]) -> tuple[set, set]:
        """Those of the requests that have ended, at the latest after HEARTBEAT, and the others."""
        if self.ledger:
            self.ledger.beat()
        for endpoint in self.endpoints:
            endpoint.look_at_metrics()
        return await asyncio.wait(running, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)

    def _settle(self) -> None:
        if self.ledger:
            self.ledger.beat(at_once=True)

    def unfinished(self) -> list[Unfinished]:
        """Nothing: only the server knows the tokens of an unfinished response."""
        return []

    async def _answer(self, request: Request, decoding: Parameters, only: Endpoint | None = None) -> Response:
        """The response to one request, which is sent until a server has answered it. only: the endpoint to ask."""
        waited, unusable, attempts = 0.0, 0, count()
        while True:
            attempt = next(attempts)
            endpoint = await self._take(only)
            try:
                response = await self._ask(endpoint, request, decoding)
                endpoint.room.finished(response.tokens)
                return response
            except (openai.APIError, AnswerError) as failure:
                error = failure
            finally:
                await self._give(endpoint)
            if endpoint.learns(error, decoding):
                continue
            begun = time.monotonic()
            endpoint.require_passing(error)
            was_down = isinstance(error, openai.APIConnectionError) and not await endpoint.check()
            pause = 0.0 if was_down else pause_of(attempt, error)
            unusable += not (was_down or isinstance(error, openai.APIStatusError))
            waited += time.monotonic() - begun + pause
            if unusable == TRIES or waited > endpoint.patience:
                raise endpoint.given_up(error)
            if not was_down:
                if isinstance(error, openai.APITimeoutError) or getattr(error, "status_code", None) in TOO_MUCH:
                    endpoint.room.is_busy()
                endpoint.tell(error)
            await asyncio.sleep(pause)

    async def _ask(self, endpoint: Endpoint, request: Request, decoding: Parameters) -> Response:
        """One request, sent once, and paid for."""
        most = await self._enter(request, decoding)
        spent = most  # of a request whose end nobody knows
        try:
            answer = await endpoint.send(request, decoding)
            spent = self._cost(answer)
            if usage := getattr(answer, "usage", None):
                self.prompt_tokens, self.answers = self.prompt_tokens + usage.prompt_tokens, self.answers + 1
            return endpoint.response(request, answer, decoding)
        except openai.APIStatusError:
            spent = 0.0
            raise
        except openai.APIConnectionError as error:
            if not isinstance(error, openai.APITimeoutError):
                spent = 0.0
            raise
        finally:
            if self.ledger:
                self.ledger.settle(most, spent)
                self.settled.set()

    # --- where a request goes ----------------------------------------------------------------------------------------

    async def _take(self, only: Endpoint | None) -> Endpoint:
        """The endpoint with the most room, or `only`; waits where none has any, or none is up."""
        known = [only] if only else self.endpoints
        while True:
            if only and only.outage and not only.is_up:
                await asyncio.shield(only.outage)
            await self._one_that_is_up()
            async with self.freed:
                if free := [endpoint for endpoint in known if endpoint.is_up and endpoint.room.free > 0]:
                    endpoint = min(free, key=lambda one: one.room.taken / one.room.size)
                    endpoint.room.taken += 1
                    return endpoint
                if any(endpoint.is_up for endpoint in known):
                    await self.freed.wait()

    async def _give(self, endpoint: Endpoint) -> None:
        endpoint.room.taken -= 1
        async with self.freed:
            self.freed.notify()

    async def _one_that_is_up(self) -> None:
        """Wait until one endpoint answers. InputError where each has been waited for long enough."""
        while not any(endpoint.is_up for endpoint in self.endpoints):
            outages = [endpoint.outage for endpoint in self.endpoints if endpoint.outage]
            if pending := [outage for outage in outages if not outage.done()]:
                await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            else:
                outages[0].result()  # raises what has ended it

    # --- what it costs -----------------------------------------------------------------------------------------------

    async def _enter(self, request: Request, decoding: Parameters) -> float:
        """The most that a request can cost, once there is money for it. LimitError where there is none."""
        if not self.ledger:
            return 0.0
        text = len(request.prompt.encode()) + len(request.prefix.encode()) + OF_TEMPLATE  # a token has a byte at least
        text += OF_IMAGE * len(request.images)
        most = cost(self.ledger.price, text, decoding["max_tokens"])
        async with self.till:
            while not self.limited and not self.ledger.enter(most):
                if not (self.ledger.in_flight or self.ledger.others_are_at_it()):
                    self.limited = LimitError(
                        f"models.{self.ledger.path.stem}.server.limit = {self.ledger.limit:g} is reached: "
                        f"{self.ledger.total():.4g} is spent, and one more request may cost {most:.2g}; what was "
                        "finished is kept: raise the limit and run again"
                    )
                else:
                    with suppress(TimeoutError):
                        self.settled.clear()
                        await asyncio.wait_for(self.settled.wait(), SECONDS_BETWEEN_LOOKS)
        if self.limited:
            raise self.limited
        return most

    def _paid(self, answer) -> None:
        if self.ledger:
            self.ledger.settle(0.0, self._cost(answer))

    def _cost(self, answer) -> float:
        """What an answer costs, by the tokens that it says it has."""
        usage = getattr(answer, "usage", None)
        return cost(self.ledger.price, usage.prompt_tokens, usage.completion_tokens) if self.ledger and usage else 0.0
