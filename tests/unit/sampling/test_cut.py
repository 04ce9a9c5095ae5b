"""A decoding that is cut from another: the same as sampled under the lower limit, where texts tokenise as they were."""

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.blocks import sample_of
from boundary.sampling.chat import tokenizer_of
from boundary.sampling.cut import cut_samples, said, source_of
from boundary.sampling.engines import open_engine
from boundary.sampling.samples import as_rows, schema_of
from conftest import ROOT

WEIGHTS = str(ROOT / "resources/zoo/chain-base")
SHORT, LONG = 24, 48


def spec(limit: int, logprobs: bool) -> dict:
    decoding = {"temperature": 1.0, "top_p": 1.0, "max_tokens": limit, "top_k": 0}
    return {"protocol": 1, "decoding": decoding | ({"logprobs": True} if logprobs else {})}


def cut_spec(limit: int, logprobs: bool = False) -> dict:
    return spec(limit, logprobs) | {"cut": {"protocol": 1, "max_tokens": LONG}}


def sampled(requests: list, limit: int, logprobs: bool) -> pl.DataFrame:
    model = {"dtype": "auto", "stop": [], "stop_token_ids": []}
    own = spec(limit, logprobs)
    engine = open_engine("transformers", WEIGHTS, model, {}, {r.prompt for r in requests}, own["decoding"])
    responses = (one for some in engine.generate(requests, own["decoding"]) for one in some)
    rows = list(as_rows(sorted(map(sample_of, responses)), schema_of(own)))
    frame = pl.DataFrame(rows, schema=schema_of(own), orient="row")
    return frame.with_columns(prompt_hash=pl.lit("p"))


@pytest.mark.parametrize("logprobs", [False, True])
def test_cut_is_the_same_as_sampled_under_the_lower_limit(zoo_requests, tmp_path, logprobs):
    direct, long = (sampled(zoo_requests, limit, logprobs) for limit in (SHORT, LONG))
    store.write(long, tmp_path / "long.parquet", spec(LONG, logprobs), {"engine": "transformers"})
    cut, made_with = cut_samples(tmp_path / "long.parquet", cut_spec(SHORT, logprobs), lambda: tokenizer_of(WEIGHTS))
    assert 0 < (direct["finish_reason"] == "length").sum() < len(direct)
    own = ["cumulative_logprob", "logprobs"]  # equal up to rounding where they are known
    assert cut.drop(own, strict=False).equals(direct.drop(own, strict=False))
    ended = direct["finish_reason"] == "stop"
    assert cut.filter(ended)["cumulative_logprob"].to_list() == pytest.approx(
        direct.filter(ended)["cumulative_logprob"].to_list()
    )
    if logprobs:
        assert cut["cumulative_logprob"].to_list() == pytest.approx(direct["cumulative_logprob"].to_list(), abs=1e-4)
    else:
        assert cut.filter(~ended)["cumulative_logprob"].null_count() == (~ended).sum()
    facts = {"cut": (~ended).sum(), "cut_uncertain": 0}
    assert made_with == {"engine": "transformers", "other_max_tokens": facts}


class Letters:
    """A tokenizer of single letters."""

    def __call__(self, text: str, add_special_tokens: bool) -> dict:
        return {"input_ids": list(text)}

    def decode(self, ids: list, skip_special_tokens: bool) -> str:
        return "".join(ids)


def test_a_text_that_makes_another_number_of_tokens_is_counted(tmp_path):
    rows = [
        ("p", 0, "abc", 4, "stop", -1.0, 1, "h"),  # with its end token: within the limit
        ("p", 1, "abcd", 5, "stop", -1.0, 2, "h"),
        ("p", 2, "abcdef", LONG, "length", -1.0, 3, "h"),
    ]
    columns = schema_of(spec(LONG, False)) | {"prompt_hash": pl.String}
    store.write(pl.DataFrame(rows, schema=columns, orient="row"), tmp_path / "a.parquet", spec(LONG, False))
    cut, made_with = cut_samples(tmp_path / "a.parquet", cut_spec(4), Letters)
    assert cut["text"].to_list() == ["abc", "abcd", "abcd"]
    assert cut.select("finish_reason", "tokens").rows() == [("stop", 4), ("length", 4), ("length", 4)]
    assert cut["cumulative_logprob"].to_list() == [-1.0, None, None]
    assert made_with["other_max_tokens"] == {"cut": 2, "cut_uncertain": 1}
    assert said(3, 4, made_with["other_max_tokens"]).startswith("2 of 3 samples are cut after 4 tokens; the text of 1 ")


def test_samples_of_another_spec_are_refused(tmp_path):
    store.write(pl.DataFrame({"text": ["a"]}), tmp_path / "other.parquet", spec(LONG - 1, False))
    with pytest.raises(InputError, match="max_tokens was 47, is 48"):
        cut_samples(tmp_path / "other.parquet", cut_spec(SHORT), Letters)
    assert source_of(cut_spec(SHORT)) == spec(LONG, False)
