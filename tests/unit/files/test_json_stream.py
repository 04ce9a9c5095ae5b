"""Files of one JSON value that are read item by item: the same values as from the whole, wherever a piece ends."""

import json
import math

import pytest

from boundary.errors import InputError
from boundary.files import json_stream as module
from boundary.files.json_stream import json_stream
from boundary.files.rows import replaced

TEXTS = ['a "b" \\ c', "\ud83d\ude00", "half \ud800", "]"]
ITEMS = [1, -2.5e-3, 12345678901234567890, *TEXTS, [], {}, [[1], {"a": [None, True]}], 1e300]


@pytest.fixture(params=[1, 2, 7, 1 << 20])
def read(tmp_path, request, monkeypatch):
    monkeypatch.setattr(module, "PIECE", request.param)

    def written(text: str):
        path = tmp_path / "rows.json"
        path.write_text(text)
        return json_stream(path)

    return written


@pytest.mark.parametrize("indent", [None, 2])
def test_items_and_members_are_those_of_the_whole(read, indent):
    with read(json.dumps(ITEMS, indent=indent)) as file:
        assert list(file.items()) == replaced(ITEMS)
        assert file.peek() == ""
    named = {f"key {i}": item for i, item in enumerate(ITEMS)}
    with read(json.dumps(named, indent=indent)) as file:
        assert {key: file.value() for key in file.members()} == replaced(named)


def test_what_pythons_tools_write_beside_json_is_read(read):
    with read("[NaN, -Infinity]") as file:
        first, second = file.items()
        assert math.isnan(first)
        assert second == -math.inf


BROKEN = ["[1, 2", "[1 2]", '["a', "[1,]", '{"a" 1}', "{1: 2}"]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_json_is_an_error_that_names_the_file(read, text):
    with pytest.raises(InputError, match=r"rows\.json is not JSON"), read(text) as file:
        list(file.items() if text.startswith("[") else (file.value() for _ in file.members()))


@pytest.mark.parametrize("text", ["[" * 100_000, "[1" + "0" * 5000], ids=["deep", "long number"])
def test_what_python_does_not_take_is_an_error_too(tmp_path, text):
    (tmp_path / "rows.json").write_text(text)
    with pytest.raises(InputError, match=r"rows\.json is n"), json_stream(tmp_path / "rows.json") as file:
        list(file.items())
