"""Servers that already run: what they answer is sampled, what fails on their side is waited for or said in one line."""

import logging
import threading
import time
from dataclasses import replace

import polars as pl
import pytest
from fake_server import Fake, completion, error, serving

from boundary.errors import InputError
from boundary.sampling.blocks import block_requests, sample_block
from boundary.sampling.engines import SERVER, open_engine
from boundary.sampling.engines import server as engine_module

DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 48}
SPEC = {"decoding": DECODING, "seed": 0}
PROMPTS = pl.DataFrame({"problem_id": ["a", "b"], "prompt": ["1 + 1", "2"], "prompt_hash": ["x", "y"]})


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(engine_module, "SECONDS_BETWEEN_TRIES", (0.01, 0.1))


def opened(fake, model: dict | None = None, decoding: dict = DECODING, key_env: str | None = None, **options):
    server = {"url": fake if isinstance(fake, str) else fake.url, "model": "m"}
    server |= {"key_env": key_env} if key_env else {}
    model = {"stop": [], "stop_token_ids": []} | (model or {})
    return open_engine(SERVER, server, model, {"patience": 0.02, "concurrency": 8} | options, {"1 + 1", "2"}, decoding)


def requests(samples: int = 4) -> list:
    return block_requests(PROMPTS, 0, samples - 1, 0, "m/b/d")


def sampled(engine, samples: int = 4, decoding: dict = DECODING) -> list:
    return [response for finished in engine.generate(requests(samples), decoding) for response in finished]


def of_body(body: dict, before: int):
    """An answer that tells which request it is to."""
    return 200, completion(f" {body['prompt']} {body['seed']}", logprobs=[-0.5, -0.25]), {}


class Silent:
    def start(self, done):
        pass

    def add(self, samples, tokens):
        pass


# --- what is sent, and what comes back -------------------------------------------------------------------------------


def test_every_sample_is_one_request_with_its_seed_and_its_response_is_kept():
    with serving(of_body, root="/weights") as fake:
        engine = opened(fake, {"stop": ["END"], "stop_token_ids": [7]})
        found = sampled(engine)
        assert {r.request for r in found} == set(requests())
        for response in found:
            assert response.text == f" {response.request.prompt} {response.request.seed}"
            assert (response.tokens, response.finish_reason) == (3, "stop")
            assert (response.cumulative_logprob, response.logprobs) == (-0.75, None)
        sent = fake.asked[0]
        assert {sent["seed"] for sent in fake.asked} == {request.seed for request in requests()}
        assert (sent["temperature"], sent["top_p"], sent["max_tokens"], sent["logprobs"]) == (0.6, 0.95, 48, 0)
        assert (sent["stop"], sent["stop_token_ids"]) == (["END"], [7])
        assert engine.description["said"] == {"owned_by": "vllm", "root": "/weights", "server": fake_header(fake)}


def fake_header(fake) -> str:
    handler = fake.server.RequestHandlerClass
    return f"{handler.server_version} {handler.sys_version}"


def test_what_is_off_is_told_to_servers_that_have_defaults_of_their_own_and_to_no_others():
    with serving(owned_by="vllm") as vllm, serving(owned_by="somebody") as hosted:
        for fake in (vllm, hosted):
            sampled(opened(fake))
            sampled(opened(fake), decoding=DECODING | {"top_k": 5})
        off, on = vllm.asked[0], vllm.asked[-1]
        assert (off["top_k"], off["min_p"], off["repetition_penalty"], on["top_k"]) == (-1, 0, 1, 5)
        assert "top_k" not in hosted.asked[0]
        assert "min_p" not in hosted.asked[0]
        assert hosted.asked[-1]["top_k"] == 5


def test_responses_come_as_they_finish_and_never_more_than_concurrency_at_a_time():
    held = threading.Event()

    def answer(body, before):
        if body["seed"] == requests()[0].seed:
            assert held.wait(20)
        time.sleep(0.02)
        return of_body(body, before)

    with serving(answer) as fake:
        found = []
        for finished in opened(fake, concurrency=3).generate(requests(8), DECODING):
            found += finished
            if len(found) == 15:
                held.set()
        assert len(found) == 16
        assert found[-1].request == requests(8)[0]
        assert fake.most == 3


def test_a_response_that_goes_on_is_sent_after_its_beginning():
    with serving() as fake:
        list(opened(fake).generate([replace(requests()[0], prefix=" so 2")], DECODING))
        assert fake.asked[0]["prompt"] == "1 + 1 so 2"


def test_log_probabilities_are_kept_where_the_server_gives_them():
    wanted = DECODING | {"logprobs": True}
    with serving(of_body) as fake:
        assert sampled(opened(fake), decoding=wanted)[0].logprobs == [-0.5, -0.25]
    with serving() as fake:
        assert sampled(opened(fake))[0].cumulative_logprob is None
        with pytest.raises(InputError, match="gives no log-probabilities: leave out the decoding's `logprobs: true`"):
            sampled(opened(fake), decoding=wanted)


# --- what is refused, in one line ------------------------------------------------------------------------------------


def test_a_wrong_key_names_the_variable_it_came_from(monkeypatch):
    with serving() as fake:
        fake.key = "right"
        monkeypatch.setenv("SERVER_KEY", "right")
        assert len(sampled(opened(fake, key_env="SERVER_KEY"))) == 8
        monkeypatch.setenv("SERVER_KEY", "wrong")
        with pytest.raises(InputError, match=r"refuses the key in SERVER_KEY \(key_env\): 401, Unauthorized"):
            opened(fake, key_env="SERVER_KEY")
        with pytest.raises(InputError, match="refuses a request without a key: give `key_env`: 401"):
            opened(fake)
        monkeypatch.delenv("SERVER_KEY")
        with pytest.raises(InputError, match="key_env names SERVER_KEY, which is not set"):
            opened(fake, key_env="SERVER_KEY")


def test_a_model_that_the_server_does_not_have_lists_those_it_has():
    with serving() as fake:
        fake.models = [{"id": name, "object": "model", "created": 1} for name in ("mm", "other")]
        with pytest.raises(InputError, match=r"has no model 'm' \(did you mean 'mm'\?\); it serves mm, other"):
            opened(fake)


def test_an_address_of_something_else_says_so():
    with (
        serving() as fake,
        pytest.raises(InputError, match="404, no such page; is it the address of a completions API"),
    ):
        opened(fake.url.removesuffix("/v1"))


@pytest.mark.parametrize("status", [400, 422])
def test_what_the_server_does_not_take_is_said_in_its_words(status):
    with serving(lambda body, before: (status, error("top_k is\nnot known here"), {})) as fake:
        with pytest.raises(InputError, match=f"refuses what it is asked: {status}, top_k is not known here"):
            sampled(opened(fake))
        assert len(fake.asked) <= 8  # each once at most


def test_a_context_that_is_too_small_is_refused():
    none = pytest.raises(InputError, match=r"need a context of 48, and the one of the server at .* is 40")
    with serving(max_model_len=40) as fake, none:
        opened(fake)
    small = pytest.raises(InputError, match=r"a prompt of 4 tokens .* max_tokens to 46 or less")
    with serving(max_model_len=50) as fake, small:
        sampled(opened(fake))
    cut = pytest.raises(InputError, match="cut off a response after 20 tokens, and max_tokens = 48")
    with serving(lambda body, before: (200, completion(tokens=20, reason="length"), {})) as fake, cut:
        sampled(opened(fake))


def test_stop_token_ids_go_to_servers_that_take_them(caplog):
    with serving(owned_by="llamacpp") as fake, pytest.raises(InputError, match="takes no stop_token_ids: say `stop`"):
        opened(fake, {"stop_token_ids": [7]})
    with serving(owned_by="somebody") as fake:
        opened(fake, {"stop_token_ids": [7]})
    assert "may not know stop_token_ids" in caplog.text


# --- what passes, and what does not -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(status, caplog):
    def answer(body, before):
        return (status, error("busy"), {}) if before < 20 else of_body(body, before)

    with serving(answer) as fake:
        assert len(sampled(opened(fake))) == 8
        assert len(fake.asked) == 28
    assert caplog.text.count(f"is busy or has a fault ({status}, busy); waiting") == 1  # not once for each request


def test_a_busy_server_says_how_long_to_wait():
    def answer(body, before):
        return (429, error("slow down"), {"retry-after": "1"}) if before == 0 else of_body(body, before)

    with serving(answer) as fake:
        begun = time.monotonic()
        assert len(sampled(opened(fake, patience=1))) == 8
        assert time.monotonic() - begun > 1


def test_a_server_that_stays_busy_is_given_up_and_what_was_finished_is_kept(tmp_path):
    def answer(body, before):
        return of_body(body, before) if body["prompt"] == "2" else (500, error("out of order"), {})

    with serving(answer) as fake:
        with pytest.raises(
            InputError, match=r"has a fault \(500, out of order\).*what was finished is kept: run again"
        ):
            sample_block(requests(), lambda _: opened(fake, patience=0.01), tmp_path / "p", SPEC, Silent())
        fake.answer = of_body
        fake.asked.clear()
        frame, _ = sample_block(requests(), lambda _: opened(fake), tmp_path / "p", SPEC, Silent())
        assert len(fake.asked) == 4
        assert {body["prompt"] for body in fake.asked} == {"1 + 1"}
        assert frame["seed"].to_list() == [request.seed for request in requests()]


@pytest.mark.parametrize("reason", ["content_filter", "abort", None])
def test_a_response_that_the_server_broke_off_is_no_sample(reason):
    def once(body, before):
        return (200, completion(reason=reason), {}) if before == 0 else of_body(body, before)

    with serving(once) as fake:
        assert len(sampled(opened(fake))) == 8
        assert len(fake.asked) == 9
    with serving(lambda body, before: (200, completion(reason=reason), {})) as fake:
        with pytest.raises(InputError, match=f"gives no usable answer .*finish reason {reason!r}"):
            sampled(opened(fake, concurrency=1))
        assert len(fake.asked) == engine_module.TRIES


def test_a_server_that_hangs_is_given_up_after_a_few_tries():
    over = threading.Event()
    with serving(lambda body, before: over.wait(60) and None) as fake:
        with pytest.raises(InputError, match="gave no answer in time"):
            sampled(opened(fake, concurrency=1, timeout=0.005, patience=1))
        assert len(fake.asked) == engine_module.TRIES
        over.set()


def test_a_server_that_is_down_is_waited_for_and_then_named(caplog):
    with serving() as fake:
        url = fake.url
    begun = time.monotonic()
    with pytest.raises(InputError, match=f"the server at {url} does not answer .*run again, when it is up"):
        opened(url, patience=0.02)
    assert 0.5 < time.monotonic() - begun < 20
    assert [r.levelno for r in caplog.records if "does not answer" in r.message] == [logging.WARNING]
    assert "waiting for up to 0.02 minutes, nothing is lost" in caplog.text


def test_connections_that_break_while_the_server_is_up_are_tried_again():
    with serving(lambda body, before: None if before % 3 == 0 else of_body(body, before)) as fake:
        assert len(sampled(opened(fake))) == 8


def test_a_server_that_goes_away_and_comes_back_loses_nothing(tmp_path, caplog):
    first = Fake(lambda body, before: of_body(body, before) if before < 5 else None)

    def come_back():
        while len(first.asked) < 6:
            time.sleep(0.01)
        first.stop()
        time.sleep(1)
        again.append(Fake(of_body, port=first.port))

    again: list[Fake] = []
    threading.Thread(target=come_back, daemon=True).start()
    frame, made_with = sample_block(
        requests(), lambda _: opened(first, patience=1, concurrency=2), tmp_path / "p", SPEC, Silent()
    )
    again[0].stop()
    assert frame["seed"].to_list() == [request.seed for request in requests()]
    assert frame["text"].to_list() == [f" {request.prompt} {request.seed}" for request in requests()]
    assert (made_with["engine"], made_with["url"]) == ("server", first.url)
    assert caplog.text.count("does not answer") == 1
    assert "answers again" in caplog.text
