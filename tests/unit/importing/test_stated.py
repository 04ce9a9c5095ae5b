"""What files state of their prompts and settings, and what is refused and said of two of them."""

import json

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.importing.responses import responses
from boundary.importing.stated import Side, Stated, in_words, require_alike, require_alike_partners

PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["1+1?", "1+2?"]})
ASKED = dict(PROBLEMS.rows())
DECODING = {"temperature": 0.6, "top_p": 0.95, "max_tokens": 64}
WHOLE = {"temperature": [0.6], "top_p": [0.95], "max_tokens": [64]}


def lm_eval(begin: str = "Q: ", temperature: float = 0.6) -> list[dict]:
    settings = {"until": ["Q:"], "do_sample": True, "temperature": temperature, "top_p": 0.95, "max_gen_toks": 64}
    return [
        {"doc_id": i, "doc": {"question": asked}, "resps": [["2", "3"]], "filter": "none"}
        | {"arguments": {"gen_args_0": {"arg_0": begin + asked, "arg_1": settings}}}
        for i, asked in enumerate(ASKED.values())
    ]


def verl() -> list[dict]:
    return [{"input": f"user\n{asked}\nassistant\n", "output": "2", "score": 1.0} for asked in ASKED.values()]


def helm() -> dict:
    request = {"model": "org/m", "temperature": 0.6, "top_p": 0.95, "max_tokens": 64}
    return {
        "request_states": [
            {"instance": {"input": {"text": asked}}, "request": request | {"prompt": f"Q: {asked}"}}
            | {"result": {"completions": [{"text": "2"}]}}
            for asked in ASKED.values()
        ]
    }


def inspect() -> dict:
    output = {"choices": [{"message": {"role": "assistant", "content": "2"}, "stop_reason": "stop"}]}
    head = {"model": "org/m", "model_generate_config": {"temperature": 0.6, "max_tokens": 64}}
    samples = [{"id": problem, "input": asked, "output": output} for problem, asked in ASKED.items()]
    return {"eval": head, "plan": {"config": {"temperature": 0.2, "top_p": 0.95}}, "samples": samples}


def lighteval() -> list[dict]:
    return [
        {"doc": {"id": str(i), "query": asked}}
        | {"model_response": {"text": ["2"], "output_tokens": [[1]], "input": f"Q: {asked}"}}
        for i, asked in enumerate(ASKED.values())
    ]


@pytest.fixture
def read(tmp_path):
    def of(name: str, data, decoding: dict | None = None) -> dict:
        """What the files of a format state, in the given rows or mapping."""
        path = tmp_path / f"{name}.json{'l' if isinstance(data, list) else ''}"
        rows = data if isinstance(data, list) else [data]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        stated = Stated(decoding or {}, name)
        responses([path], {"format": name}, PROBLEMS, stated)
        return stated.facts()

    return of


def test_settings_and_rendered_prompts_of_the_formats_that_state_them(read):
    prompts = read("lm-eval", lm_eval())["prompts"]
    assert prompts.keys() == {"a", "b"}
    assert prompts["a"] != prompts["b"]
    for name, data in (("helm", helm()), ("lighteval", lighteval())):
        assert read(name, data)["prompts"] == prompts  # the same whole text
    assert read("lm-eval", lm_eval())["settings"] == WHOLE
    assert read("helm", helm())["settings"] == WHOLE | {"model": ["org/m"]}
    assert read("inspect", inspect()) == {"settings": WHOLE | {"model": ["org/m"]}}  # messages are no rendered prompt
    assert read("lighteval", lighteval())["settings"] == {}
    assert read("verl", verl())["rendering"] != read("lm-eval", lm_eval())["rendering"]


def test_a_chat_that_a_server_renders_is_no_rendered_prompt_and_no_sampling_is_temperature_0(read):
    rows = lm_eval(begin='[{"role": "user", "content": "')
    for row in rows:
        row["arguments"]["gen_args_0"]["arg_1"] = {"do_sample": False}
    assert read("lm-eval", rows) == {"settings": {"temperature": [0.0]}}


@pytest.mark.parametrize(
    "arguments", [None, 3, [], [[]], {"gen_args_0": [1]}, {"gen_args_0": {"arg_1": {"top_p": "x"}}}]
)
def test_a_file_that_states_nothing_legible_is_read_all_the_same(read, arguments):
    rows = [row | {"arguments": arguments} for row in lm_eval()]
    assert read("lm-eval", rows, DECODING) == {"settings": {}}


def test_a_decoding_that_the_file_contradicts_is_refused(read):
    assert read("lm-eval", lm_eval(), DECODING)["settings"] == WHOLE
    with pytest.raises(InputError, match=r"row 1: temperature is 0\.8 in the file and 0\.6 in .* `decodings`"):
        read("lm-eval", lm_eval(temperature=0.8), DECODING)
    with pytest.raises(InputError, match=r"inspect\.json: max tokens is 64 in the file and 32 in"):
        read("inspect", inspect(), DECODING | {"max_tokens": 32})


def test_a_pair_whose_rendered_prompts_differ_asks_for_the_key(read, tmp_path):
    one, same, other, chat = (
        read(*said)
        for said in (("lm-eval", lm_eval()), ("helm", helm()), ("lm-eval", lm_eval("Answer: ")), ("verl", verl()))
    )
    base = Side("Base", one, DECODING)
    for stated in (same, chat, None):  # equal, not known, not known
        require_alike(base, Side("RL", stated, DECODING), False)
    with pytest.raises(InputError, match=r"Base and RL are a pair.* 2 problems, 'a' among.*`prompts_differ: true`"):
        require_alike(base, Side("RL", other, DECODING), False)
    require_alike(base, Side("RL", other, DECODING), True)
    with pytest.raises(InputError, match=r"Base: temperature is 0\.6 in the file and 1 in the configuration"):
        require_alike(base._replace(decoding={"temperature": 1.0}), Side("RL", None, {}), True)
    store.write(pl.DataFrame({"x": [1]}), tmp_path / "samples.parquet", {"of": "them"}, {"stated": one})
    partner = {"path": str(tmp_path / "samples.parquet"), "spec": {"of": "them"}}
    with pytest.raises(InputError, match="base and rl are a pair"):
        require_alike_partners("rl", other, {"base": partner})
    for partners in ({"base": partner | {"spec": {}}}, {"base": partner | {"path": "no.parquet"}}):
        require_alike_partners("rl", other, partners)  # nothing is known of samples that are to be made again


def test_what_is_said_of_a_pair(read):
    one, other, chat = read("lm-eval", lm_eval()), read("helm", helm()), read("verl", verl())
    base = Side("Base", one, DECODING)
    assert in_words(base, Side("RL", other, DECODING)) == (
        "the same rendered prompts; temperature 0.6; top-p 0.95; max tokens 64; model name org/m against unknown"
    )
    assert in_words(base, Side("RL", chat, DECODING)) == (
        "whether the prompts are the same is not known; temperature unknown against 0.6; top-p unknown against 0.95; "
        "max tokens unknown against 64; not stated: model name"
    )
    sampled = Side("Base", None, DECODING, sampled=True)
    assert in_words(sampled, Side("RL", None, DECODING)).startswith("whether the prompts are the same is not known; ")
    assert "temperature unknown against 0.6" in in_words(sampled, Side("RL", None, DECODING))
