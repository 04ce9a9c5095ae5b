"""A damaged partial file: what is whole of it is kept, and nothing is forged of the rest."""

import json
import random
import zlib

import pytest

from boundary.sampling.engines import Request, Unfinished
from boundary.sampling.partial_file import PartialFile

SPEC, IDENTITY = {"seed": 0}, "0123456789ab"
REQUESTS = [Request("a", i, "?", 100 + i) for i in range(40)]


def line(chunk: dict | str) -> bytes:
    data = (chunk if isinstance(chunk, str) else json.dumps(chunk)).encode()
    return b"%08x %s\n" % (zlib.crc32(data), data)


def tokens(response: int, begin: int, end: int) -> list[int]:
    return [1000 * response + place for place in range(begin, end)]


def piece(response: int, begin: int, end: int, placed: bool) -> list:
    """What an unfinished response gained, as this version writes it or, without its place, as earlier ones did."""
    ids = tokens(response, begin, end)
    return ["a", response, 100 + response, ids, [-float(one) for one in ids], *([begin] if placed else [])]


def lines(placed: bool) -> list[bytes]:
    """A header; then by turns two responses that finished, and two tokens more of 30 to 39."""
    found = [line(PartialFile("x", SPEC, REQUESTS).header)]
    for i in range(15):
        rows = [["a", 2 * i + j, f"text {2 * i + j}", 3, "stop", -1.5, 100 + 2 * i + j] for j in range(2)]
        going = [piece(response, 2 * i, 2 * i + 2, placed) for response in range(30, 40)]
        found += [line({"made_with": {}, "rows": rows}), line({"made_with": {}, "going": going})]
    return found


def read(path, identity=IDENTITY) -> PartialFile:
    with PartialFile(path, SPEC, REQUESTS, identity) as file:
        return file


@pytest.fixture
def path(tmp_path):
    return tmp_path / f".0000-0039.{IDENTITY}.partial"


@pytest.mark.parametrize("placed", [True, False], ids=["this version's", "an earlier version's"])
def test_an_undamaged_file_is_gone_on_with_and_not_changed(path, placed):
    path.write_bytes(b"".join(lines(placed)))
    before = path.read_bytes()
    file = read(path)
    assert len(list(file.rows())) == 30
    (last,) = file.resumed(REQUESTS[39:])
    assert last.begun == tuple(tokens(39, 0, 30))
    assert last.begun_logprobs == tuple(-float(one) for one in last.begun)
    assert path.read_bytes() == before


@pytest.mark.parametrize("placed", [True, False], ids=["this version's", "an earlier version's"])
@pytest.mark.parametrize("named", [True, False], ids=["named by its spec", "not named by it"])
def test_a_flipped_bit_loses_its_line_and_forges_nothing(path, placed, named):
    whole, draw = lines(placed), random.Random(0)
    data = b"".join(whole)
    for bit in (0, 77, 8 * len(whole[0]) - 1, 8 * len(data) - 1, *(draw.randrange(8 * len(data)) for _ in range(60))):
        for old in path.parent.iterdir():
            old.unlink()
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        file = read(path, IDENTITY if named else "")
        rows = {row[1]: row for row in file.rows()}
        if bit < 8 * len(whole[0]) and not named:  # nobody knows whose it is
            assert not rows
            assert not file.going
        else:
            assert len(rows) >= 26  # of a line, or of two that became one
        assert all(row[2] == f"text {index}" for index, row in rows.items())
        for response in range(30, 40):
            begun = file.going.get(("a", response, 100 + response), ([], []))
            assert begun[0] == tokens(response, 0, len(begun[0]))  # never with a gap
            assert begun[1] == [-float(one) for one in begun[0]]
        torn = bit >= 8 * (len(data) - 1)  # the last line break: the line is cut off, and nothing is set aside
        assert torn or any(old.read_bytes() == bytes(damaged) for old in path.parent.glob("*.set-aside-*"))
        again = read(path, IDENTITY if named else "")  # what was written is whole
        assert list(again.rows()) == list(file.rows())
        assert again.going == file.going


def test_pieces_count_again_once_a_later_job_has_filled_the_gap(path):
    whole = lines(placed=True)
    whole[4] = whole[4].replace(b"going", b"gaing")  # the pieces of tokens 2 and 3
    path.write_bytes(b"".join(whole))
    (request,) = read(path).resumed(REQUESTS[39:])
    assert request.begun == tuple(tokens(39, 0, 2))
    with PartialFile(path, SPEC, REQUESTS, IDENTITY) as file:
        file.keep_going([Unfinished(request, tokens(39, 0, 5), [-float(one) for one in tokens(39, 0, 5)])], {})
    assert read(path).going["a", 39, 139][0] == tokens(39, 0, 5)


def test_a_torn_end_is_cut_before_anything_is_appended(path):
    whole = lines(placed=True)
    path.write_bytes(b"".join(whole)[:-7])
    with PartialFile(path, SPEC, REQUESTS, IDENTITY) as file:
        file.append({"made_with": {}, "rows": []})
    assert path.read_bytes() == b"".join(whole[:-1]) + line({"made_with": {}, "rows": []})
