"""Samples of a model that is trained in the run: of one set of weights only."""

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.sampling.trained import require_same, used_weights

MODEL = {"weights": {"trained": {"recipe": {}}, "step": 5}, "dtype": "auto"}


def test_samples_of_other_weights_of_the_same_training_are_refused(tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "model.safetensors").write_bytes(b"one")
    used = used_weights(MODEL, {"weights": str(weights)})
    block = tmp_path / "model/chain/t1/.0000-0001.abc.parquet"
    store.write(pl.DataFrame({"text": ["x"]}), block, {"model": MODEL | {"prompt": "?"}}, used)
    require_same(tmp_path / "model", MODEL, used)
    (weights / "model.safetensors").write_bytes(b"two")
    again = used_weights(MODEL, {"weights": str(weights)})
    with pytest.raises(InputError, match=r"0000-0001.abc.parquet holds samples of this very training with other wei"):
        require_same(tmp_path / "model", MODEL, again)
    require_same(tmp_path / "model", MODEL | {"weights": {"trained": {}, "step": 10}}, again)


def test_weights_that_are_given_have_no_digest_of_their_own_in_the_samples():
    assert used_weights({"weights": "sha256:abc"}, {"weights": "folder"}) == {}
    assert used_weights({"server": "gpt"}, {}) == {}
