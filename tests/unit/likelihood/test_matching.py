"""The temperature search: a known solution is found, on the grid and nowhere else."""

import math

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store
from boundary.likelihood.matching import Entropy, match
from boundary.sampling.samples import temperature_of


def of_two_tokens(temperature: float) -> Entropy:
    """Of a model with logits 1 and 0."""
    x = 1 / temperature
    return Entropy(math.log1p(math.exp(-x)) + x / (1 + math.exp(x)), 0.0)


@pytest.mark.parametrize("solution", [0.01, 0.35, 0.6, 1.37, 2.0])
def test_a_known_temperature_is_found(solution):
    asked = []

    def entropy_at(temperature):
        asked.append(temperature)
        return of_two_tokens(temperature)

    assert match(entropy_at, of_two_tokens(solution).sampled) == pytest.approx(solution)
    assert len(set(asked)) <= 10


def test_an_entropy_that_is_not_reached_is_not_matched():
    with pytest.raises(InputError, match=r"not matched: at temperature 2 .* is 0.693"):
        match(of_two_tokens, math.log(2))


def test_what_was_chosen_is_read_back(tmp_path):
    rows = {"whose": ["base", "tuned", "tuned"], "temperature": [0.6, 2.0, 1.37], "chosen": [True, False, True]}
    store.write(pl.DataFrame(rows), tmp_path / "pilot.parquet", {})
    assert temperature_of(tmp_path / "pilot.parquet") == 1.37
