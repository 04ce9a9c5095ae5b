"""Files on a disk that loses bits, or is full: an error that names the file, never other numbers."""

import json
import random

import polars as pl
import pytest

from boundary.errors import InputError
from boundary.files import store, tables

FRAME = pl.DataFrame(
    {
        "problem_id": [f"p{i}" for i in range(100)],
        "c": [i % 7 for i in range(100)],
        "rate": [i / 7 for i in range(100)],
        "answers": [["1"] * (i % 3) for i in range(100)],
    }
)
SPEC = {"level": 0.95, "grader": "boxed"}


@pytest.fixture
def path(tmp_path):
    store.write(FRAME, tmp_path / "a.parquet", SPEC, {"flags": 1}, {"model": "m"})
    return tmp_path / "a.parquet"


def read(path) -> None:
    """All that jobs read of a file; it is what was written."""
    store._require_digest.cache_clear()  # as in a process of its own
    assert store.read(path).equals(FRAME)
    assert pl.concat(store.batches(path, ["c"])).equals(FRAME.select("c"))
    assert store.about(path) == {"spec": SPEC, "made_with": {"flags": 1}, "names": {"model": "m"}}


def test_no_flipped_bit_is_read_as_something_else(path):
    whole, draw, refused = path.read_bytes(), random.Random(0), 0
    read(path)
    for bit in (draw.randrange(8 * len(whole)) for _ in range(300)):
        path.write_bytes(whole[: bit // 8] + bytes([whole[bit // 8] ^ 1 << bit % 8]) + whole[bit // 8 + 1 :])
        try:
            read(path)
        except InputError as error:
            refused += str(path) in str(error)
    assert refused > 280  # of others, the name of the digest was flipped, and what is read is right


@pytest.mark.parametrize("length", [0, 3, 500, -1])
def test_a_file_that_is_cut_short_is_refused_by_name(path, length):
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InputError, match=r"a\.parquet"):
        read(path)


@pytest.mark.parametrize("signed", [True, False])
def test_a_damaged_drawing_is_refused_by_name(tmp_path, signed):
    path, draw = tmp_path / "passk.svg", random.Random(0)
    path.write_bytes(b"<svg>\n 0.5\n</svg>\n")
    if signed:
        store.sign(path)
    whole = path.read_bytes()
    assert store.read_drawing(path) == whole
    flips = [whole[:at] + bytes([whole[at] ^ 1 << draw.randrange(8)]) + whole[at + 1 :] for at in range(len(whole) - 6)]
    for damaged in [*(flips if signed else ()), b"", whole[:9], whole[:-30]]:
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"passk\.svg is not what was written; delete this one file"):
            store.read_drawing(path)


def test_a_file_of_an_earlier_version_has_no_digest_and_is_taken_as_it_is(path):
    metadata = {store.KEY: json.dumps({"spec": SPEC, "made_with": {"flags": 1}, "names": {"model": "m"}})}
    FRAME.write_parquet(path, metadata=metadata)
    read(path)
    assert store.has_spec(path, SPEC)


def test_what_cannot_be_written_leaves_what_was_there(path, monkeypatch):
    def full(self, file, **_):
        file.write_bytes(b"PAR1 half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(OSError, match="No space"):
        store.write(FRAME.head(1), path, SPEC)
    monkeypatch.undo()
    read(path)
    assert list(path.parent.iterdir()) == [path]


def test_tables_are_held_against_the_digest_beside_them_and_hold_no_formula(tmp_path):
    csv, table = tmp_path / "a.csv", tmp_path / "a.parquet"
    texts = ["=HYPERLINK(1)", "@x", "+5 steps", "-0.5", "-1.5e-3", "plain", None]
    tables.write(pl.DataFrame({"label": texts, "delta": [-1.0] * 7}), str(csv), str(table))
    lines = store.read_text(csv, table).splitlines()
    assert lines[1:] == [
        *("'=HYPERLINK(1),-1.0", "'@x,-1.0", "'+5 steps,-1.0", "-0.5,-1.0", "-1.5e-3,-1.0", "plain,-1.0", ",-1.0")
    ]
    assert store.read(table)["label"].to_list() == texts
    csv.write_text(csv.read_text().replace("-0.5", "-0.6"))
    with pytest.raises(InputError, match=r"a\.csv is not what was written"):
        store.read_text(csv, table)
