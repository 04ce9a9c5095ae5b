"""The token that a model's texts begin with: of every kind of tokenizer in the registry, and where samples lack it."""

import json
from pathlib import Path

import polars as pl
import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from boundary.errors import InputError
from boundary.files import store
from boundary.sampling import block_store
from boundary.sampling.beginnings import beginning, lost_beginning, tell_of_lost_beginning
from boundary.sampling.chat import tokenizer_of
from boundary.sampling.engines import prompt_ids, require_words
from boundary.sampling.planning import made_anew, plan
from boundary.sampling.prompts import render

BOS = "<｜begin▁of▁sentence｜>"
PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["Who are you?", "2"], "metadata": ["{}"] * 2})
BYTES = processors.ByteLevel(trim_offsets=False)
# model type -> keys of tokenizer_config.json, special tokens, and what tokenizer.json adds to a text, as published
QWEN = ("qwen2", {"tokenizer_class": "Qwen2Tokenizer", "add_bos_token": False, "bos_token": None}, "<|im_end|>", BYTES)
LLAMA = (
    "llama",
    {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|begin_of_text|>"},
    "<|begin_of_text|>",
    processors.Sequence(
        [
            BYTES,
            processors.TemplateProcessing(single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 256)]),
        ]
    ),
)
DEEPSEEK = (
    "qwen2",
    {
        "tokenizer_class": "LlamaTokenizerFast",
        "add_bos_token": True,
        "add_eos_token": False,
        "legacy": True,
        "bos_token": {"__type": "AddedToken", "content": BOS, "normalized": True, "lstrip": False, "rstrip": False},
    },
    BOS,
    BYTES,
)


def saved(folder, kind) -> str:
    """A tokenizer of the bytes and one special token, as the hub has those of this kind."""
    model_type, config, special, adds = kind
    made = Tokenizer(models.BPE({token: i for i, token in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []))
    made.pre_tokenizer, made.post_processor = pre_tokenizers.ByteLevel(add_prefix_space=False), adds
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([special])
    folder.mkdir(exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 99} | config))
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    return str(folder)


@pytest.mark.parametrize(("kind", "lost", "first"), [(QWEN, "", None), (LLAMA, "", 256), (DEEPSEEK, BOS, 256)])
def test_every_kind_of_tokenizer_begins_a_text_once_as_its_model_was_trained(tmp_path, kind, lost, first):
    folder = saved(tmp_path / "tokenizer", kind)
    tokenizer = tokenizer_of(folder)
    assert lost_beginning(folder) == lost
    plain = render(PROBLEMS, "{question}")
    prompt = render(PROBLEMS, "{question}", begin=lost)["prompt"][0]
    body = tokenizer("Who are you?", add_special_tokens=False)["input_ids"]
    assert len(body) == 12
    assert prompt_ids(tokenizer, prompt) == ([] if first is None else [first]) + body
    assert render(PROBLEMS, f"{lost}{{question}}", begin=lost)["prompt"][0] == prompt
    assert (prompt_ids(tokenizer, plain["prompt"][0]) == prompt_ids(tokenizer, prompt)) == (lost == "")


@pytest.mark.parametrize("kind", [QWEN, LLAMA, DEEPSEEK])
def test_a_tokenizer_whose_class_loses_the_spaces_is_refused(tmp_path, kind):
    """As transformers reads DeepSeek's distillation of Llama, whose model type has the class of the file's name."""
    _, config, *more = kind
    prompts = {"Who are you?", f"{more[0]}\n\n\nYes"}
    require_words(tokenizer_of(saved(tmp_path / "well", kind)), prompts)
    mangling = ("llama", {**config, "tokenizer_class": "LlamaTokenizerFast"}, *more)
    with pytest.raises(InputError, match=r"read 'Who are you\?' as 'Whoareyou\?'.* LlamaTokenizer, loses spaces"):
        require_words(tokenizer_of(saved(tmp_path / "mangled", mangling)), prompts)


def spec_of(prompt: str, **more) -> dict:
    decoding = {"temperature": 1.0, "max_tokens": 8}
    return {"protocol": 1, "model": {"weights": "w", "prompt": prompt} | more, "decoding": decoding}


def keep(name: str, prompts: pl.DataFrame, spec: dict) -> None:
    """A finished block of a model on benchmark b, under decoding d."""
    block = Path(f"results/samples/{name}/b/d/0000-0001.parquet")
    rows = prompts.select("problem_id", "prompt_hash").with_columns(sample_index=pl.lit(0), tokens=pl.lit(3))
    store.write(rows, block_store.path_of(block, spec, prompts), spec)


def test_prompts_stay_as_those_of_samples_of_the_same_weights(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    setup = {"model": "m", "models": ["m", "other"], "benchmarks": ["b"], "pinned": None}
    setup |= {"tokenizer": saved(tmp_path / "tokenizer", DEEPSEEK), "weights": {"weights": "w", "adapter": None}}
    rendered, spec = render(PROBLEMS, "{question}"), spec_of("{question}")
    keep("other", rendered, spec)  # another model of this run
    keep("m", rendered, spec_of("{question}", weights="v"))  # of other weights
    keep("former", rendered, spec_of("{question}", adapter="x"))
    assert beginning(setup, rendered) == BOS
    assert beginning(setup, render(PROBLEMS, f"{BOS}{{question}}")) == ""  # it is there already
    assert beginning({"model": "served"}, rendered) == ""
    assert not caplog.records
    keep("former", rendered, spec)
    (kept,) = Path("results/samples/former/b/d").glob(f".*.{block_store.identity(spec, rendered)}.parquet")
    kept.rename(f"{kept}.set-aside-1")  # as where other samples of the same setting were put in its place
    assert beginning(setup, rendered) == ""
    assert f"begins a text with {BOS} (add_bos_token)" in caplog.text


def test_samples_that_go_on_without_the_token_are_told(tmp_path, caplog):
    folder = saved(tmp_path / "tokenizer", DEEPSEEK)
    tell_of_lost_beginning("m", folder, spec_of("{question}"), {f"{BOS}1"})
    tell_of_lost_beginning("m", folder, spec_of({"chat": "{question}"}), {"1"})
    tell_of_lost_beginning("m", folder, spec_of("{question}", weights={"trained": {}}), {"1"})
    assert not caplog.records
    tell_of_lost_beginning("m", folder, spec_of("{question}"), {"1"})
    assert "samples go on without it" in caplog.text


def test_the_plan_says_how_many_samples_are_made_anew_and_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rendered = render(PROBLEMS, "{question}")
    keep("m", rendered, spec_of("{question}"))
    block = ("results/samples/m/b/d/0000-0001.parquet", "none.tsv", 2)

    def told(spec: dict) -> str:
        jobs = [{"model": "m", "benchmark": "b", "decoding": "d", "spec": spec, "gpus": 1, "problems": 2}]
        jobs[0]["blocks"] = [block, ("results/samples/m/b/d/0002-0003.parquet", "none.tsv", 2)]
        plan(jobs)
        return made_anew(jobs)

    assert told(spec_of("{question}")) == ""
    assert told(spec_of("{question}") | {"decoding": {"temperature": 1.0, "max_tokens": 9}}) == ""  # they go on
    lines = told(spec_of(f"{BOS}{{question}}")).splitlines()
    assert lines[2:] == [f"  m/b/d: 4 samples: the prompt begins with {BOS} now, as the model's tokenizer asks for"]
    assert "m/b/d: 4 samples: weights was w, is v" in told(spec_of("{question}", weights="v"))
