"""A server that already runs: any OpenAI-compatible endpoint (vLLM, SGLang, llama.cpp, TGI, hosted ones).

A sample is one request with its own seed; the prompt is sent as text,
or as the messages of a chat. While the server does not answer, or says that
it is busy, requests wait and are sent again; what cannot come right, such as a wrong key, ends the job at once.
"""

import asyncio
import json
import logging
import os
import random
import re
import time
from collections.abc import Iterator, Sequence
from itertools import count, cycle, islice

import openai

from boundary.config.explanations import suggest
from boundary.errors import InputError
from boundary.sampling.engines import HEARTBEAT, Going, Request, Response
from boundary.sampling.engines.secrets import WithoutKey
from boundary.sampling.templates import by_chat

log = logging.getLogger(__name__)

CONCURRENCY = 256  # requests at one time
CONNECTIONS = 32  # of one client, about: the more it has, the longer it takes to find a free one
PATIENCE = 30  # minutes that a request waits for a server that does not answer or is busy
TIMEOUT = 60  # minutes for one response
SECONDS_TO_CONNECT = 10
SECONDS_TO_SAY = 30  # for what a server says of itself
SECONDS_BETWEEN_TRIES = 0.5, 30.0  # the first, and the most
SECONDS_BETWEEN_LINES = 60
TRIES = 3  # of a request that a server which is up leaves without a usable answer

OTHER_LIMIT = "max_completion_tokens"
STOP = ("stop", "eos_token", "stop_sequence")  # finish reasons; the last two are TGI's
PASSING = (408, 409, 425, 429)  # refusals that may pass, beside the server's own errors from 500 on
LLAMACPP = "llamacpp"  # who owns its models, as it says
# Where nothing is said of these, servers take defaults of their own or of the model's generation_config.json. So they
# are told what is off, under their own names; of others, some refuse what they do not know.
OFF = {
    "vllm": {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0},
    "sglang": {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0},
    LLAMACPP: {"top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0},
}
# of llama.cpp further ones, where it lists them among the settings of a request (/props)
OFF_WHERE_LISTED = {"typical_p": 1.0, "top_n_sigma": -1.0, "presence_penalty": 0.0, "frequency_penalty": 0.0}
OFF_WHERE_LISTED |= {"dry_multiplier": 0.0, "xtc_probability": 0.0, "dynatemp_range": 0.0, "mirostat": 0}
OFF_WHERE_LISTED |= {"adaptive_target": -1.0}
# its own order has the temperature last, so that top_p would be a share of the probabilities at temperature 1
OFF_WHERE_LISTED |= {"samplers": ["penalties", "temperature", "top_k", "top_p", "min_p"]}
ON = ("top_k", "min_p", "repetition_penalty", "presence_penalty")  # what a decoding may say of them
RENAMED = {(LLAMACPP, "repetition_penalty"): "repeat_penalty"}
PENALTIES = ("repetition_penalty", "presence_penalty")
# field of a request -> the key that sets it
KEYS = {name: f"decodings.*.{name}" for name in ("temperature", "top_p", "max_tokens", "logprobs", *ON)}
KEYS |= {"repeat_penalty": KEYS["repetition_penalty"], "repeat_last_n": KEYS["repetition_penalty"]}
KEYS |= {name: f"models.*.{name}" for name in ("stop", "stop_token_ids")}
CONTINUE = {"vllm": {"add_generation_prompt": False, "continue_final_message": True}}  # a last assistant message
OF_TEMPLATE = "chat_template_kwargs"
TO_TEMPLATE = ("enable_thinking",)  # fields that servers of TEMPLATED pass over unless they stand under OF_TEMPLATE
TEMPLATED = ("vllm", "sglang", LLAMACPP)
TAKE_STOP_TOKEN_IDS = ("vllm", "sglang")
SAID = ("owned_by", "root", "max_model_len", "meta")  # of the entry of a model in the server's list


class AnswerError(Exception):
    """An answer that is no sample."""


class Engine:
    def __init__(
        self, server: dict, model: dict, options: dict, prompts: set[str], decoding: dict, images: bool = False
    ):
        if images:
            raise InputError("prompts with images need weights and the vLLM engine: a server is sent text only")
        self.url, self.name, self.key_env = server["url"], server["model"], server.get("key_env")
        self.by_chat, self.further = by_chat({"server": server}), server.get("extra", {})
        self.limit = "max_tokens"  # what the server calls it
        self.stop, self.stop_token_ids = model["stop"], model["stop_token_ids"]
        self.concurrency = options.get("concurrency", CONCURRENCY)
        self.patience = 60 * options.get("patience", PATIENCE)
        timeout = openai.Timeout(60 * options.get("timeout", TIMEOUT), connect=SECONDS_TO_CONNECT)
        clients = [
            openai.AsyncOpenAI(
                base_url=self.url,
                api_key=self._key(),
                max_retries=0,
                timeout=timeout,
                http_client=openai.DefaultAsyncHttpxClient(transport=WithoutKey(self._key())) if self.key_env else None,
            )
            for _ in range(-(-self.concurrency // CONNECTIONS))
        ]
        self.clients = cycle(clients)
        self.loop = asyncio.new_event_loop()
        self.said: dict = {}
        self.settings: dict = {}  # of a request, where the server lists them
        self.outage: asyncio.Task | None = None
        self.told = -float("inf")
        self.generated = 0
        self.loop.run_until_complete(self._until_it_answers())
        self._require_context(0, decoding)
        self._require_stop_token_ids()
        self._require_continuing(prompts)
        self.description = {"engine": "server", "openai": openai.__version__, "url": self.url, "said": self.said}

    def generate(self, requests: Sequence[Request], decoding: dict) -> Iterator[list[Response]]:
        """Responses as they finish. Long prompts come first: what does not fit is known at once."""
        waiting = iter(sorted(requests, key=lambda request: -len(request.prompt) - len(request.prefix)))
        running: set[asyncio.Task] = set()
        try:
            while True:
                fresh = islice(waiting, self.concurrency - len(running))
                running |= {self.loop.create_task(self._answer(request, decoding)) for request in fresh}
                if not running:
                    return
                first = asyncio.wait(running, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                done, running = self.loop.run_until_complete(first)
                failed = [error for task in done if (error := task.exception())]
                finished = [task.result() for task in done if not task.exception()]
                self.generated += sum(response.tokens for response in finished)
                yield finished
                if failed:
                    raise failed[0]
        finally:
            for task in running:
                task.cancel()
            if running:
                self.loop.run_until_complete(asyncio.wait(running))

    def going(self) -> list[Going]:
        """Nothing: of a response that is not finished only the server knows the tokens."""
        return []

    async def _answer(self, request: Request, decoding: dict) -> Response:
        """The response to one request, which is sent until the server has answered it."""
        waited, unusable = 0.0, 0
        for attempt in count():
            try:
                return self._response(request, await self._send(request, decoding), decoding)
            except (openai.APIError, AnswerError) as failure:
                error = failure
            if self._takes_other_limit(error):
                continue
            begun = time.monotonic()
            self._require_passing(error)
            was_down = isinstance(error, openai.APIConnectionError) and await self._was_down()
            pause = 0.0 if was_down else _pause(attempt, error)
            unusable += not (was_down or isinstance(error, openai.APIStatusError))
            waited += time.monotonic() - begun + pause
            if unusable == TRIES or waited > self.patience:
                raise self._given_up(error)
            if not was_down:
                self._tell(error)
            await asyncio.sleep(pause)

    async def _send(self, request: Request, decoding: dict):
        owner = self.said.get("owned_by")
        extra = OFF.get(owner, {}) | {key: off for key, off in OFF_WHERE_LISTED.items() if key in self.settings}
        extra |= {RENAMED.get((owner, key), key): decoding[key] for key in ON if decoding.get(key)}
        if owner == LLAMACPP and any(decoding.get(key) for key in PENALTIES):  # of all tokens, not of the last 64
            extra["repeat_last_n"] = self.said.get("n_ctx", -1)
        if self.stop_token_ids:
            extra["stop_token_ids"] = self.stop_token_ids
        said = {"temperature": decoding["temperature"], "top_p": decoding["top_p"], "seed": request.seed}
        said |= {"model": self.name, "stop": self.stop or None}
        client = next(self.clients)
        if not self.by_chat:
            return await client.completions.create(
                prompt=request.prompt + request.prefix,
                max_tokens=decoding["max_tokens"],
                logprobs=1 if owner == LLAMACPP else 0,  # of the sampled token only; llama.cpp gives none for 0
                extra_body=extra | self.further,
                **said,
            )
        messages = json.loads(request.prompt)
        further = dict(self.further)
        if owner in TEMPLATED and (told := {key: further.pop(key) for key in TO_TEMPLATE if key in further}):
            further[OF_TEMPLATE] = further.get(OF_TEMPLATE, {}) | told
        if decoding.get("logprobs"):
            said["logprobs"] = True
        if _goes_on(messages):
            further |= CONTINUE[owner]
        return await client.chat.completions.create(
            messages=messages,
            extra_body=extra | {self.limit: decoding["max_tokens"]} | further,
            **said,
        )

    def _response(self, request: Request, answer, decoding: dict) -> Response:
        """The response that an answer holds. AnswerError, or InputError, where that is no sample."""
        self._require_choices(answer)
        choice = answer.choices[0] if answer.choices else None
        reason = choice and choice.finish_reason
        if reason not in (*STOP, "length"):
            raise AnswerError(f"it ended a response with the finish reason {reason!r}")
        if answer.usage is None:
            raise AnswerError("it does not say how many tokens a response has (usage.completion_tokens)")
        self._require_context(answer.usage.prompt_tokens, decoding)
        tokens = answer.usage.completion_tokens
        if reason == "length" and tokens < decoding["max_tokens"]:
            raise InputError(
                f"the server at {self.url} cut off a response after {tokens} tokens, and max_tokens = "
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
        text, thought = _said(choice) if self.by_chat else (choice.text, None)
        return Response(request, text, tokens, "length" if reason == "length" else "stop", total, kept, thought)

    def _takes_other_limit(self, error: Exception) -> bool:
        """Whether a chat endpoint refuses max_tokens, which some call otherwise; so it does from now on."""
        refused = isinstance(error, openai.BadRequestError) and OTHER_LIMIT in _words(error)
        if not (self.by_chat and refused and error.request.content.find(b'"max_tokens"') >= 0):
            return False
        if self.limit != OTHER_LIMIT:
            log.info("the server at %s calls max_tokens %s", self.url, OTHER_LIMIT)
        self.limit = OTHER_LIMIT
        return True

    # --- a server that does not answer -------------------------------------------------------------------------------

    async def _was_down(self) -> bool:
        """Wait until the server answers, all requests as one; whether it did not at first."""
        if self.outage is None or self.outage.done():
            self.outage = asyncio.ensure_future(self._until_it_answers())
        return await self.outage

    async def _until_it_answers(self) -> bool:
        """Ask the server what it serves until it says so; whether it did not at first. InputError after `patience`."""
        begun = time.monotonic()
        for attempt in count():
            try:
                said = await self._ask()
            except openai.APIError as error:
                self._require_passing(error)
                pause = _pause(attempt, error)
                if time.monotonic() - begun + pause > self.patience:
                    raise self._given_up(error) from error
                self._tell(error)
                await asyncio.sleep(pause)
                continue
            if attempt:
                log.warning("the server at %s answers again", self.url)
                self.told = -float("inf")
            if self.said and said != self.said:
                log.warning("the server at %s says other things than before: %s, then %s", self.url, self.said, said)
            self.said.update(said)
            return attempt > 0

    async def _ask(self) -> dict:
        """What the server says of the model and of itself. InputError where it does not serve it."""
        client = next(self.clients).with_options(timeout=SECONDS_TO_SAY)
        answer = await client.models.with_raw_response.list()
        listed = getattr(answer.parse(), "data", None)
        if not isinstance(listed, list):
            raise InputError(f"{self.url} is not the address of an OpenAI-compatible server, which often ends in /v1")
        known = {entry.id: entry.to_dict() for entry in listed}
        if self.name not in known:
            raise InputError(
                f"the server at {self.url} has no model {self.name!r}{suggest(self.name, known)}; "
                f"it serves {', '.join(known) or 'none'}"
            )
        said = {key: known[self.name].get(key) for key in SAID}
        version = await self._told(client, "version")
        said |= {"server": answer.headers.get("server"), "version": version.get("version")}
        if said["owned_by"] == LLAMACPP:
            settings = (await self._told(client, "props")).get("default_generation_settings") or {}
            self.settings, said["n_ctx"] = settings.get("params") or {}, settings.get("n_ctx")
        return {key: value for key, value in said.items() if value is not None}

    async def _told(self, client, page: str) -> dict:
        """What a page beside the API says, of servers that have it."""
        try:
            said = await client.get(f"{self.url.rstrip('/').removesuffix('/v1')}/{page}", cast_to=object)
        except (openai.OpenAIError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def _tell(self, error: Exception) -> None:
        """Say now and then why nothing moves."""
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

    def _key(self) -> str:
        if self.key_env is None:
            return "EMPTY"
        if not os.environ.get(self.key_env):
            raise InputError(f"the key of the server at {self.url}: key_env names {self.key_env}, which is not set")
        return os.environ[self.key_env]

    def _require_context(self, prompt: int, decoding: dict) -> None:
        """InputError where a prompt of so many tokens and max_tokens exceed the context that the server says it has."""
        longest = self.said.get("max_model_len")
        if longest is not None and prompt + decoding["max_tokens"] > longest:
            raise InputError(
                f"a prompt of {prompt} tokens and max_tokens = {decoding['max_tokens']} need a context of "
                f"{prompt + decoding['max_tokens']}, and the one of the server at {self.url} is {longest}: lower the "
                f"decoding's max_tokens to {max(0, longest - prompt)} or less"
            )

    def _require_continuing(self, prompts: set[str]) -> None:
        """InputError where chats begin the model's turn, which this server is not known to go on with."""
        if self.by_chat and self.said.get("owned_by") not in CONTINUE and any(_goes_on(json.loads(p)) for p in prompts):
            raise InputError(
                f"the server at {self.url} is not known to go on with a response that has begun: leave out the "
                f"prompt's `prefill` (servers that do: {', '.join(CONTINUE)})"
            )

    def _require_choices(self, answer) -> None:
        """InputError for what is no answer of this API. AnswerError where a fault is told of as if it were one."""
        if getattr(answer, "choices", None) is not None:
            return
        if isinstance(answer, str):
            raise AnswerError(f"it answers in another form: {_line(answer)!r}")
        if fault := (getattr(answer, "model_extra", None) or {}).get("error"):
            raise AnswerError(f"it tells of an error: {_line(str(fault))}")
        raise InputError(f"the server at {self.url} answers without `choices`: does the URL lack /v1?")

    def _require_stop_token_ids(self) -> None:
        owner = self.said.get("owned_by")
        if not self.stop_token_ids or owner in TAKE_STOP_TOKEN_IDS:
            return
        if owner in OFF:
            raise InputError(f"the server at {self.url} ({owner}) takes no stop_token_ids: say `stop`, by their text")
        log.warning("the server at %s may not know stop_token_ids: see that its responses end there", self.url)

    def _require_passing(self, error: Exception) -> None:
        """InputError for a refusal that will be the same next time."""
        status = getattr(error, "status_code", 500)
        if status >= 500 or status in PASSING:
            return
        said = _words(error)
        if status in (401, 403):
            key = f"the key in {self.key_env} (key_env)" if self.key_env else "a request without a key: give `key_env`"
            raise InputError(f"the server at {self.url} refuses {key}: {said}") from error
        advice = "; is it the address of a completions API, which often ends in /v1?" if status == 404 else ""
        asked = error.request.url.path
        if status in (404, 405) and asked.endswith("/completions"):
            advice = "; has it completions alone? Then leave out `server: {api: chat}`, and write a text prompt"
            if not self.by_chat:
                advice = "; has it chat alone? Then say `server: {api: chat}`, and write the prompt as a chat"
        if self.by_chat and "chat template" in said.lower():
            advice = "; leave out `server: {api: chat}`, and write a text prompt"
        field = None if advice else _field(error, said)
        if field and status in (400, 422):
            advice = f"; what sets {field} is {KEYS[field]}"
        raise InputError(f"the server at {self.url} refuses what it is asked: {said}{advice}") from error

    def _wrong(self, error: Exception) -> str:
        if isinstance(error, openai.APITimeoutError):
            return "gave no answer in time (see engines.server.timeout)"
        if isinstance(error, openai.APIConnectionError):
            return f"does not answer ({str(error.__cause__ or error) or type(error.__cause__).__name__})"
        if isinstance(error, openai.APIStatusError):
            return f"is busy or has a fault ({_words(error)})"
        return f"gives no usable answer ({error})"

    def _given_up(self, error: Exception) -> InputError:
        return InputError(
            f"the server at {self.url} {self._wrong(error)}, and the job has waited long enough "
            f"(engines.server.patience is {_minutes(self.patience)}); what was finished is kept: run again, when "
            "it is up"
        )


def _words(error: openai.APIError) -> str:
    """What a server said of a refusal, on one line."""
    body = error.body
    said = body.get("message", body) if isinstance(body, dict) else body or error.message
    return f"{error.status_code}, {' '.join(str(said).split())}"


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _field(error: openai.APIError, said: str) -> str | None:
    """The field of KEYS that a refusal names: as its `param`, or in quotes or as a word of what it says."""
    body = error.body
    named = body.get("param") if isinstance(body, dict) else None
    words = re.findall(r"[a-z_]+", said)
    return next((name for name in (named, *words) if name in KEYS), None)


def _logprobs(choice) -> list[float] | None:
    """Of the sampled tokens, as completions or (llama.cpp) chats have them; None where one is missing."""
    said = choice.logprobs
    found = said and getattr(said, "token_logprobs", None)
    if said and not found:
        entries = getattr(said, "content", None) or ()
        found = [entry["logprob"] if isinstance(entry, dict) else entry.logprob for entry in entries]
    return None if not found or None in found else found


def _said(choice) -> tuple[str, str | None]:
    """The text of a chat's answer, and the thought before it, by either of the names that servers have for it."""
    thoughts = (getattr(choice.message, name, None) for name in ("reasoning_content", "reasoning"))
    return choice.message.content or "", next((thought for thought in thoughts if isinstance(thought, str)), None)


def _goes_on(messages: list[dict]) -> bool:
    return messages[-1]["role"] == "assistant"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:g} minute{'' if seconds == 60 else 's'}"


def _pause(attempt: int, error: Exception) -> float:
    """Seconds until the next try: what the server asks for, or twice as long each time, and never all at once."""
    first, most = SECONDS_BETWEEN_TRIES
    asked = getattr(error, "response", None) and error.response.headers.get("retry-after", "")
    if asked and asked.isdecimal():
        return int(asked) + random.random()
    return min(most, first * 2**attempt) * random.uniform(0.5, 1.5)
