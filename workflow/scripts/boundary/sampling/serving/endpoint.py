"""One endpoint of a model: requests, availability, and messages to the user."""

import asyncio
import json
import logging
import random
import re
import time
from collections.abc import Callable
from itertools import count, cycle
from typing import Any

import openai

from boundary.config.explanations import suggest
from boundary.contracts import Options, Parameters, Probed
from boundary.errors import InputError, listed
from boundary.sampling.engines import Request, Response
from boundary.sampling.serving import probing, records
from boundary.sampling.serving.addresses import key_of
from boundary.sampling.serving.fields import (
    CONTINUE,
    KEYS,
    LLAMACPP,
    OFF,
    SEED,
    TAKE_STOP_TOKEN_IDS,
    Fields,
    field_of,
    goes_on,
    words,
)
from boundary.sampling.serving.room import Room
from boundary.sampling.serving.secrets import WithoutKey

log = logging.getLogger(__name__)

CONNECTIONS = 32  # of one client, about: the more it has, the longer it takes to find a free one
PATIENCE = 30  # minutes that a request waits for a server that does not answer or is busy
TIMEOUT = 60  # minutes for one response
SECONDS_TO_CONNECT = 10
SECONDS_TO_SAY = 30  # for what a server says of itself
SECONDS_BETWEEN_TRIES = 0.5, 30.0  # the first, and the most
SECONDS_BETWEEN_LINES = 60
SECONDS_BETWEEN_METRICS = 2

STOP = ("stop", "eos_token", "stop_sequence")  # finish reasons; the last two are TGI's
PASSING = (408, 409, 425, 429)  # refusals that may pass, beside the server's own errors from 500 on
SAID = ("owned_by", "root", "max_model_len", "meta")  # of the entry of a model in the server's list
TOO_SHORT = "output limit was reached"  # of a probe: a model that thinks first had not said anything
WAITING = "vllm:num_requests_waiting"  # of vLLM's /metrics


class AnswerError(Exception):
    """An answer that is not a sample."""


class Endpoint:
    """url, key_env: its address and key. name: of the model there. alone: whether the model has no other endpoint."""

    def __init__(self, url: str, key_env: str | None, name: str, fields: Fields, options: Options, alone: bool):
        self.url, self.key_env, self.name, self.fields, self.alone = url, key_env, name, fields, alone
        self.patience = 60 * options.get("patience", PATIENCE)
        self.timeout = openai.Timeout(60 * options.get("timeout", TIMEOUT), connect=SECONDS_TO_CONNECT)
        self.room = Room(options.get("concurrency"), alone)
        self.said = fields.said
        self.seeds: str | None = None
        self.greedy: list[Probed] | None = None
        self.record = records.of_run(url)
        self.told = self.asked = -float("inf")
        self.is_up = True
        self.checking: asyncio.Task | None = None
        self.outage: asyncio.Task | None = None
        self.looking: asyncio.Task | None = None
        self.clients: list = []
        self._grow()

    @property
    def description(self) -> dict:
        """Facts stored with samples: its address, and what is known about it."""
        found: dict[str, Any] = {"url": self.url, "said": self.said, "seeds": self.seeds, "greedy": self.greedy}
        found["left_out"] = sorted(self.fields.left_out)
        return {key: value for key, value in found.items() if value or key in ("url", "said")}

    async def send(self, request: Request, decoding: Parameters):
        """The server's answer to one request. openai.APIError if there is none."""
        self._grow()
        return await self._send(self.fields.of(request, decoding))

    async def _send(self, body: dict):
        client = next(self.turns)
        api = client.chat.completions if self.fields.by_chat else client.completions
        asked = {"messages": body.pop("messages")} if self.fields.by_chat else {"prompt": body.pop("prompt")}
        return await api.create(model=self.name, extra_body=body, **asked)

    def response(self, request: Request, answer, decoding: Parameters) -> Response:
        """The response in an answer. AnswerError, or InputError, if it is not a sample."""
        self._require_choices(answer)
        choice: Any = answer.choices[0] if answer.choices else None
        reason = choice and choice.finish_reason
        if reason not in (*STOP, "length"):
            raise AnswerError(f"it ended a response with the finish reason {reason!r}")
        if answer.usage is None:
            raise AnswerError("it does not say how many tokens a response has (usage.completion_tokens)")
        self.require_context(answer.usage.prompt_tokens, decoding)
        tokens = answer.usage.completion_tokens
        if reason == "length" and tokens < decoding["max_tokens"]:
            raise InputError(
                f"the server at {self.url} truncated a response after {tokens} tokens, and max_tokens = "
                f"{decoding['max_tokens']}: it has a lower limit of its own, or too small a context for prompt and "
                "response; lower the decoding's max_tokens, or start the server with more"
            )
        logprobs = _logprobs(choice)
        if decoding.get("logprobs") and logprobs is None:
            raise InputError(
                f"the server at {self.url} gives no log-probabilities: leave out the decoding's `logprobs: true`"
            )
        total = None if logprobs is None else sum(logprobs)
        kept = logprobs if decoding.get("logprobs") else None
        text, thought = _said(choice) if self.fields.by_chat else (choice.text, None)
        return Response(request, text, tokens, "length" if reason == "length" else "stop", total, kept, thought)

    def learns(self, error: Exception, decoding: Parameters) -> bool:
        """Whether a refusal concerns a field with another name here, or one that can be left out; reported once."""
        if not isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
            return False
        learnt = self.fields.learn(error, decoding)
        if learnt:
            log.warning("the server at %s %s", self.url, learnt)
        return learnt is not None

    # --- what it is --------------------------------------------------------------------------------------------------

    async def probe(self, prompt: str, decoding: Parameters, answer: Callable, paid: Callable[[object], None]) -> None:
        """Learn its fields, whether it uses seeds, and its greedy answers: once per run, for all jobs.

        answer: sends a request until it is answered, like those of samples. paid: receives every other answer.
        """
        about = json.dumps([self.fields.by_chat, self.fields.extra, decoding], sort_keys=True)
        record = records.of_run(self.url, self.name, about)
        if known := records.read(record):
            self.fields.names, self.fields.left_out = known["names"], set(known["left_out"])
            self.seeds, self.greedy = known["seeds"], known["greedy"]
            return
        short = decoding | {"max_tokens": min(probing.TOKENS, decoding["max_tokens"])}
        try:
            if decoding["temperature"]:
                prompts = prompt, self._as_prompt(probing.TEXTS[-1])
                self.seeds = await probing.seeds(lambda request: answer(request, short), prompts)
            else:  # seeds decide nothing
                await answer(Request("", 0, prompt, probing.SEEDS[0]), short)
            self.greedy = await self._greedy(paid)
        except InputError as error:
            if TOO_SHORT not in str(error):
                raise
        if SEED in self.fields.left_out:
            self.seeds = probing.IGNORED
        if self.seeds == probing.ALIKE:
            log.warning(
                "the server at %s gives the same response to every seed at temperature %g: does it sample at all?",
                self.url,
                decoding["temperature"],
            )
        with records.changing(record) as known:
            known |= {"names": self.fields.names, "left_out": sorted(self.fields.left_out)}
            known |= {"seeds": self.seeds, "greedy": self.greedy}

    async def _greedy(self, paid: Callable[[object], None]) -> list[Probed] | None:
        """What it says to TEXTS at temperature 0; None where it does not take that."""
        greedy: Any = {
            "temperature": 0.0,
            "top_p": 1.0,
            "max_tokens": probing.TOKENS,
            "logprobs": self.fields.owner in OFF,
        }
        found: list[Probed] = []
        for text in probing.TEXTS:
            body = self.fields.of(Request("", 0, self._as_prompt(text), probing.SEEDS[0]), greedy)
            if body.get("temperature") != 0.0:
                return None
            if body.get("logprobs"):
                body |= {"top_logprobs": 2} if self.fields.by_chat else {"logprobs": 2}
            try:
                answer = await self._send(body)
                choice = answer.choices[0]
                said = _said(choice) if self.fields.by_chat else (choice.text, None)
            except (openai.APIError, AttributeError, IndexError, TypeError) as error:
                log.info("the server at %s is not asked what it says greedily: %s", self.url, error)
                return None
            paid(answer)
            text = "\n".join(filter(None, said))
            found.append({"text": text, "ties": probing.ties(choice, text)})
        return found

    def _as_prompt(self, text: str) -> str:
        return json.dumps([{"role": "user", "content": text}]) if self.fields.by_chat else text

    def look_at_metrics(self) -> None:
        """Let vLLM report now and then whether requests wait there."""
        due = self.fields.owner == "vllm" and time.monotonic() - self.asked > SECONDS_BETWEEN_METRICS
        if due and (self.looking is None or self.looking.done()):
            self.asked, self.looking = time.monotonic(), asyncio.ensure_future(self._metrics())

    async def _metrics(self) -> None:
        said = await self._told(next(self.turns).with_options(timeout=SECONDS_TO_SAY), "metrics", str)
        numbers = re.findall(rf"^{WAITING}(?:\{{.*\}})? ([0-9.e+]+)$", said or "", flags=re.M)
        if numbers:
            self.room.waiting(sum(map(float, numbers)))

    # --- whether it is up --------------------------------------------------------------------------------------------

    async def check(self) -> bool:
        """Ask for its list of models; simultaneous callers share one request. If it does not answer, it is asked
        until it does (`outage`)."""
        if self.checking is None or self.checking.done():
            self.checking = asyncio.ensure_future(self._check())
        return await asyncio.shield(self.checking)

    async def _check(self) -> bool:
        if self.outage and not self.outage.done():
            return False
        try:
            await self._hear()
        except openai.APIError as error:
            self.require_passing(error)
            self.is_up = False
            self.outage = asyncio.ensure_future(self._until_it_answers(error))
            self.outage.add_done_callback(self._left)
            return False
        return True

    async def _until_it_answers(self, error: openai.APIError) -> None:
        """Ask the server until it says what it serves. InputError after `patience`, which all jobs of a run share."""
        begun = time.time()
        for attempt in count():
            with records.changing(self.record) as known:
                since = known.setdefault("down", begun)
            pause = pause_of(attempt, error)
            if time.time() - since + pause > self.patience:
                raise self.given_up(error) from error
            self.tell(error)
            await asyncio.sleep(pause)
            try:
                await self._hear()
            except openai.APIError as next_one:
                self.require_passing(error := next_one)
                continue
            log.warning("the server at %s answers again", self.url)
            self.told, self.is_up = -float("inf"), True
            return

    def _left(self, outage: asyncio.Task) -> None:
        """Tell of an endpoint that is given up while there are others."""
        if not (self.alone or outage.cancelled()) and (error := outage.exception()):
            log.warning("%s; the other endpoints of %s go on", error, self.name)

    async def _hear(self) -> None:
        """Take in what the server says of itself."""
        said = await self._ask()
        if self.said and said != self.said:
            log.warning("the server at %s says other things than before: %s, then %s", self.url, self.said, said)
        self.said.update(said)
        if "down" in records.read(self.record):
            with records.changing(self.record) as known:
                known.pop("down", None)

    async def _ask(self) -> dict:
        """What the server says of the model and of itself. InputError where it does not serve it."""
        client = next(self.turns).with_options(timeout=SECONDS_TO_SAY)
        answer = await client.models.with_raw_response.list()
        models = getattr(answer.parse(), "data", None)
        if not isinstance(models, list):
            raise InputError(f"{self.url} is not the address of an OpenAI-compatible server, which often ends in /v1")
        known = {entry.id: entry.to_dict() for entry in models}
        if self.name not in known:
            raise InputError(
                f"the server at {self.url} has no model {self.name!r}{suggest(self.name, known)}; "
                f"it serves {listed(known) or 'none'}"
            )
        said = {key: known[self.name].get(key) for key in SAID}
        version = await self._told(client, "version")
        said |= {"server": answer.headers.get("server"), "version": (version or {}).get("version")}
        if said["owned_by"] == LLAMACPP:
            settings = (await self._told(client, "props") or {}).get("default_generation_settings") or {}
            self.fields.settings, said["n_ctx"] = settings.get("params") or {}, settings.get("n_ctx")
        return {key: value for key, value in said.items() if value is not None}

    async def _told(self, client, page: str, form: type = dict):
        """What a page beside the API says, of servers that have it; None of others."""
        try:
            said = await client.get(
                f"{self.url.rstrip('/').removesuffix('/v1')}/{page}", cast_to=object if form is dict else form
            )
        except (openai.OpenAIError, ValueError):
            return None
        return said if isinstance(said, form) else None

    def tell(self, error: Exception) -> None:
        """Report now and then why nothing moves."""
        if time.monotonic() - self.told < SECONDS_BETWEEN_LINES:
            return
        self.told = time.monotonic()
        log.warning(
            "the server at %s %s; waiting for up to %s, nothing is lost",
            self.url,
            self._wrong(error),
            _minutes(self.patience),
        )

    # --- what a user is told -----------------------------------------------------------------------------------------

    def _grow(self) -> None:
        """As many clients as the room asks for, which take turns."""
        while len(self.clients) * CONNECTIONS < self.room.size:
            http = openai.DefaultAsyncHttpxClient(transport=WithoutKey(self._key())) if self.key_env else None
            self.clients.append(
                openai.AsyncOpenAI(
                    base_url=self.url, api_key=self._key(), max_retries=0, timeout=self.timeout, http_client=http
                )
            )
            self.turns = cycle(self.clients)

    def _key(self) -> str:
        return key_of(self.url, self.key_env)

    def require_context(self, prompt: int, decoding: Parameters) -> None:
        """InputError if a prompt with so many tokens and max_tokens exceed the server's context."""
        longest = self.said.get("max_model_len")
        if longest is not None and prompt + decoding["max_tokens"] > longest:
            raise InputError(
                f"a prompt of {prompt} tokens and max_tokens = {decoding['max_tokens']} need a context of "
                f"{prompt + decoding['max_tokens']}, and the one of the server at {self.url} is {longest}: lower the "
                f"decoding's max_tokens to {max(0, longest - prompt)} or less"
            )

    def require_continuing(self, prompts: set[str]) -> None:
        """InputError if chats begin the model's turn and this server is not known to continue it."""
        chats = prompts if self.fields.by_chat and self.fields.owner not in CONTINUE else ()
        if any(goes_on(json.loads(prompt)) for prompt in chats):
            raise InputError(
                f"the server at {self.url} is not known to go on with a response that has begun: leave out the "
                f"prompt's `prefill` (servers that do: {', '.join(CONTINUE)})"
            )

    def require_stop_token_ids(self) -> None:
        """InputError if a server does not know stop tokens by their ids."""
        owner = self.fields.owner
        if not self.fields.stop_token_ids or owner in TAKE_STOP_TOKEN_IDS:
            return
        if owner in OFF:
            raise InputError(f"the server at {self.url} ({owner}) takes no stop_token_ids: say `stop`, by their text")
        log.warning("the server at %s may not know stop_token_ids: see that its responses end there", self.url)

    def _require_choices(self, answer) -> None:
        """InputError for what is no answer of this API. AnswerError where a fault is told of as if it were one."""
        if getattr(answer, "choices", None) is not None:
            return
        if isinstance(answer, str):
            raise AnswerError(f"it answers in another form: {_line(answer)!r}")
        if fault := (getattr(answer, "model_extra", None) or {}).get("error"):
            raise AnswerError(f"it tells of an error: {_line(str(fault))}")
        raise InputError(f"the server at {self.url} answers without `choices`: does the URL lack /v1?")

    def require_passing(self, error: Exception) -> None:
        """InputError for a refusal that repeating cannot fix."""
        status = getattr(error, "status_code", 500)
        if status >= 500 or status in PASSING or not isinstance(error, openai.APIStatusError):
            return
        said, by_chat = words(error), self.fields.by_chat
        if status in (401, 403):
            key = f"the key in {self.key_env} (key_env)" if self.key_env else "a request without a key: give `key_env`"
            raise InputError(f"the server at {self.url} refuses {key}: {said}") from error
        advice = "; is it the address of a completions API, which often ends in /v1?" if status == 404 else ""
        asked = error.request.url.path
        if status in (404, 405) and asked.endswith("/completions"):
            advice = "; has it completions alone? Then leave out `server: {api: chat}`, and write a text prompt"
            if not by_chat:
                advice = "; has it chat alone? Then say `server: {api: chat}`, and write the prompt as a chat"
        if by_chat and "chat template" in said.lower():
            advice = "; leave out `server: {api: chat}`, and write a text prompt"
        if not advice and (field := field_of(error) or "") in KEYS:
            advice = f"; what sets {field} is {KEYS[field]}"
        raise InputError(f"the server at {self.url} refuses what it is asked: {said}{advice}") from error

    def _wrong(self, error: Exception) -> str:
        if isinstance(error, openai.APITimeoutError):
            return "gave no answer in time (see engines.server.timeout)"
        if isinstance(error, openai.APIConnectionError):
            return f"does not answer ({str(error.__cause__ or error) or type(error.__cause__).__name__})"
        if isinstance(error, openai.APIStatusError):
            return f"is busy or has a fault ({words(error)})"
        return f"gives no usable answer ({error})"

    def given_up(self, error: Exception) -> InputError:
        """The error that ends a job after waiting long enough."""
        return InputError(
            f"the server at {self.url} {self._wrong(error)}, and the run has waited long enough "
            f"(engines.server.patience is {_minutes(self.patience)}); what was finished is kept: run again, when "
            "it is up"
        )


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _logprobs(choice) -> list[float] | None:
    """Of the sampled tokens, as completions or (llama.cpp) chats have them; None where one is missing."""
    said = choice.logprobs
    found = said and getattr(said, "token_logprobs", None)
    if said and not found:
        entries = getattr(said, "content", None) or ()
        found = [entry["logprob"] if isinstance(entry, dict) else entry.logprob for entry in entries]
    return None if not found or None in found else found


def _said(choice) -> tuple[str, str | None]:
    """The text of a chat's answer, and the thought before it, by any of the names that servers have for it: a field
    beside the text, or (Mistral's) a part of it."""
    content = choice.message.content or ""
    if isinstance(content, list):
        return _parts(content, "text"), _parts(content, "thinking") or None
    thoughts = (getattr(choice.message, name, None) for name in ("reasoning_content", "reasoning"))
    return content, next((thought for thought in thoughts if isinstance(thought, str)), None)


def _parts(content: list, kind: str) -> str:
    """The text of those parts of an answer that are of a kind; each holds a text, or parts of its own."""
    own = [part.get(kind) or "" for part in content if isinstance(part, dict) and part.get("type") == kind]
    return "".join(part if isinstance(part, str) else _parts(part, "text") for part in own)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} minute{'' if seconds == 60 else 's'}"


def pause_of(attempt: int, error: Exception) -> float:
    """Seconds until the next attempt: the server's own number, or twice as long each time, with random spread."""
    first, most = SECONDS_BETWEEN_TRIES
    asked = error.response.headers.get("retry-after", "") if isinstance(error, openai.APIStatusError) else ""
    if asked.isdecimal():
        return int(asked) + random.random()
    return min(most, first * 2 ** min(attempt, 30)) * random.uniform(0.5, 1.5)
