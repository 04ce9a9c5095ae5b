"""The types of a resolved configuration know every key that a user may write."""

from typing import get_type_hints

import pytest
import yaml

from boundary import contracts
from conftest import ROOT

SCHEMA = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
GONE = {  # keys that resolving puts others in place of
    "model": {"trained", "seed", "step"},
    "benchmark": {"revision"},
}


@pytest.mark.parametrize(
    "kind", ["model", "benchmark", "decoding", "pair", "group", "recipe", "server", "responses", "counts"]
)
def test_entries_have_the_keys_of_the_schema(kind):
    known = get_type_hints(getattr(contracts, kind.capitalize()))
    assert SCHEMA["$defs"][kind]["properties"].keys() - GONE.get(kind, set()) <= known.keys()


def test_a_configuration_has_the_keys_of_the_schema():
    assert SCHEMA["properties"].keys() <= get_type_hints(contracts.Config).keys()
