"""What somebody else wrote, of any shape: taken, or refused in words of ours, and nothing is forged of it.

Of each kind as many inputs as FUZZ_INPUTS says (by hand: 20,000).
"""

import copy
import json
import os
import zlib

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundary.bundling import archive
from boundary.bundling.opening import open_bundle
from boundary.config import resolve as resolving
from boundary.config.opened import read_run
from boundary.errors import InputError
from boundary.files import store
from boundary.importing.formats import FORMATS
from boundary.importing.responses import responses
from boundary.sampling.engines import Request
from boundary.sampling.partial_file import PartialFile
from conftest import ROOT, tiny_config

INPUTS = int(os.environ.get("FUZZ_INPUTS", "150"))
FUZZ = settings(
    max_examples=INPUTS,
    deadline=None,
    database=None,
    derandomize="FUZZ_INPUTS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
SCHEMA = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(
    [
        "\ud800",
        "a\n",
        "../../x",
        "/etc/passwd",
        "-vs-",
        "=1+1",
        "{question}",
        "javascript:x",
        "constructor",
        "1e999",
        "",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


def places(value, place=()) -> list[tuple]:
    """Where a nested value has values, itself left out."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, child in children for found in ((*place, key), *places(child, (*place, key)))]


@st.composite
def changed(draw, base):
    """A nested value with some values replaced, left out, put elsewhere, or more beside them."""
    value = copy.deepcopy(base)
    for _ in range(draw(st.integers(1, 3))):
        if not (known := places(value)):
            break
        *place, last = draw(st.sampled_from(known))
        entry = value
        for key in place:
            entry = entry[key]
        how = draw(st.sampled_from(["replace", "leave out", "add", "move"]))
        if how == "replace":
            entry[last] = draw(VALUES)
        elif how == "leave out":
            del entry[last]
        elif how == "add" and isinstance(entry, dict):
            entry[draw(TEXTS)] = draw(VALUES)
        elif how == "move":
            other = base
            for key in draw(st.sampled_from(places(base))):
                other = other[key]
            entry[last] = copy.deepcopy(other)
    return value


@st.composite
def damaged(draw, data: bytes):
    """Bytes with bits flipped, pieces cut out, doubled or put in, or their end cut off."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), begin + draw(st.integers(0, 400)))
        how = draw(st.sampled_from(["flip", "cut out", "double", "put in", "end", "zeros"]))
        bit = bytes([data[begin] ^ 1 << draw(st.integers(0, 7))]) if data else b""
        pieces = {"flip": bit + data[begin + 1 : end], "cut out": b"", "double": 2 * data[begin:end]}
        pieces |= {"put in": draw(st.binary(max_size=20)) + data[begin:end], "zeros": bytes(end - begin)}
        data = data[:begin] if how == "end" else data[:begin] + pieces[how] + data[end:]
    return data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("handed")


def refused(function, *arguments):
    """What a function gives, or None where it refuses in words of ours, which can be printed."""
    try:
        return function(*arguments)
    except InputError as error:
        str(error).encode()
        return None


@pytest.fixture(autouse=True)
def registries(monkeypatch):
    """Read once, not for every input."""
    known, read = {}, resolving._read
    monkeypatch.setattr(resolving, "_read", lambda file: copy.deepcopy(known.setdefault(file, read(file))))


CONFIG = tiny_config(
    groups={"steps": {"base": "countdown-base", "members": {50: "countdown-grpo-50"}}},
    analysis={"level": 0.9, "rate": 0.05},
    prompts={"own": "{question}"},
    validity={"labels": {"countdown": "program"}},
    likelihood={"problems": 4},
)
RUN = {"config": resolving.resolve(CONFIG, ROOT), "digests": {"file_digest a": "0"}}


@FUZZ
@given(config=changed(CONFIG) | VALUES)
def test_configurations(registries, config):
    refused(resolving.resolve, config, ROOT)


@FUZZ
@given(run=changed(RUN))
def test_configurations_of_bundles(folder, run):
    file = folder / "config.yaml"
    file.write_text(json.dumps(run))  # JSON is YAML
    if found := refused(read_run, file, SCHEMA):
        config, _ = found
        assert all("/" not in group["file"] for group in config["groups"].values())


@pytest.fixture(scope="module")
def packed(folder) -> bytes:
    results = {f"results/counts/{name}.parquet": name.encode() * 50 for name in "ab"}
    archive.write(folder / "whole.tar.gz", {"bundle/config.yaml": json.dumps(RUN).encode(), **results}, {"format": 1})
    return (folder / "whole.tar.gz").read_bytes()


@FUZZ
@given(data=st.data())
def test_archives_of_bundles(folder, packed, data):
    raw = data.draw(st.booleans())  # damage within what is packed, or of the packed file
    whole = zlib.decompress(packed, 31) if raw else packed
    spoilt = data.draw(damaged(whole))
    packer = zlib.compressobj(1, wbits=31)
    (folder / "spoilt.tar.gz").write_bytes(packer.compress(spoilt) + packer.flush() if raw else spoilt)
    there = set(folder.iterdir())
    opened = folder / "opened"
    if refused(open_bundle, folder / "spoilt.tar.gz", opened):
        assert sum(len(file.read_bytes()) for file in opened.glob("results/**/*.parquet")) == 100
        for name in ("bundle", "results"):
            for file in sorted((opened / name).rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            (opened / name).rmdir()
        (opened / "bundle.yaml").unlink()
    assert not list(opened.iterdir())
    assert set(folder.iterdir()) - {opened} == there - {opened}


PROBLEMS = pl.DataFrame({"problem_id": ["a", "b"], "question": ["1 + 1?", "2 + 2?"]})
ROWS = [  # as tools write them, or as columns are named
    {"doc_id": 0, "doc": {"question": "1 + 1?"}, "resps": [["x", "y"]], "filtered_resps": ["x"], "target": "2"},
    {"prompt": "1 + 1?", "responses": ["x", "y"], "idx": 0, "id": "a", "output": "x", "text": "x", "gts": "2"},
    {"problem": "a", "response": ["x", ["y"]], "reason": ["stop", "length"], "tokens": [3, 4]},
    {"question": "1 + 1?", "code": ["x"], "pred": ["2"], "gt": "2", "finish_reason": "stop", "generations": "x"},
]
COLUMNS = [{"format": name, "incomplete": True} for name in FORMATS if name != "inspect"]
COLUMNS += [{"problem": "problem", "response": "response", "finish_reason": "reason", "tokens": "tokens"}] * 4


@FUZZ
@given(rows=st.lists(st.sampled_from(ROWS).flatmap(changed), max_size=3), columns=st.sampled_from(COLUMNS))
def test_rows_of_imports(folder, rows, columns):
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    frame = refused(responses, [file], columns | {"incomplete": True}, PROBLEMS)
    if frame is not None:
        store.write(frame, folder / "rows.parquet", {})
        assert set(frame["problem_id"]) <= {"a", "b"}


SPEC, IDENTITY = {"seed": 0}, "0123456789ab"
REQUESTS = [Request("a", i, "?", 100 + i) for i in range(20)]


def partial_file(placed: bool) -> bytes:
    chunks = [PartialFile("x", SPEC, REQUESTS).header]
    for i in range(6):
        rows = [["a", 2 * i + j, f"text {2 * i + j}", 3, "stop", -1.5, 100 + 2 * i + j] for j in range(2)]
        going = [["a", k, 100 + k, [9 * k + 2 * i, 9 * k + 2 * i + 1], [-1.0, -2.0]] for k in range(12, 20)]
        going = [[*piece, 2 * i] if placed else piece for piece in going]
        chunks += [json.dumps({"made_with": {}, "rows": rows}), json.dumps({"made_with": {}, "going": going})]
    return b"".join(b"%08x %s\n" % (zlib.crc32(one.encode()), one.encode()) for one in chunks)


@FUZZ
@given(data=st.booleans().map(partial_file).flatmap(damaged))
def test_partial_files(folder, data):
    path = folder / f".0000-0019.{IDENTITY}.partial"
    path.write_bytes(data)
    with PartialFile(path, SPEC, REQUESTS, IDENTITY) as file:
        found = list(file.rows()), dict(file.going)
    assert all(row[2] == f"text {row[1]}" for row in found[0])
    for (_, response, _), (ids, logprobs) in found[1].items():
        assert ids == [9 * response + place for place in range(len(ids))]  # no gap, nothing twice
        assert logprobs == [-1.0, -2.0] * (len(ids) // 2)
    with PartialFile(path, SPEC, REQUESTS, IDENTITY) as file:
        assert (list(file.rows()), file.going) == found
    for old in folder.glob("*.set-aside-*"):
        old.unlink()
