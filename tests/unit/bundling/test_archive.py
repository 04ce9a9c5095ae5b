"""The archive of a bundle: the same bytes for the same contents, and nothing of a damaged one is taken."""

import gzip
import io
import re
import tarfile

import pytest

from boundary.bundling import archive
from boundary.bundling.opening import open_bundle
from boundary.errors import InputError

FILES = {"bundle/config.yaml": b"config: {analysis: {level: 0.95}}\n", "results/counts/a.parquet": b"counts" * 1000}


@pytest.fixture
def packed(tmp_path):
    archive.write(tmp_path / "a.tar.gz", FILES, {"format": 1})
    return tmp_path / "a.tar.gz"


def repacked(path, **changes):
    """The archive with members replaced or, by None, left out; the manifest as it was."""
    with tarfile.open(path) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}
    with tarfile.open(path, "w:gz") as tar:
        for name, content in (members | changes).items():
            if content is not None:
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))


def test_the_same_contents_are_the_same_bytes_and_come_back(packed, tmp_path):
    archive.write(tmp_path / "b.tar.gz", dict(reversed(FILES.items())), {"format": 1})
    assert packed.read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    config = open_bundle(packed, tmp_path / "opened")
    assert "analysis: {level: 0.95}" in config.read_text()
    assert all((tmp_path / "opened" / name).read_bytes() == content for name, content in FILES.items())
    with pytest.raises(InputError, match="is there already"):
        open_bundle(packed, tmp_path / "opened")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"results/counts/a.parquet": b"Counts" * 1000}, "results/counts/a.parquet is not what its manifest says"),
        ({"results/counts/a.parquet": None}, "results/counts/a.parquet is missing"),
        ({"results/more.parquet": b"x"}, "results/more.parquet is not in its manifest"),
        ({"../outside": b"x"}, "../outside is not in its manifest"),
        ({archive.MANIFEST: None}, "is no bundle"),
        ({archive.MANIFEST: b"{"}, "manifest.json cannot be read"),
    ],
)
def test_what_is_not_what_the_manifest_says_is_refused_by_name_and_leaves_nothing(packed, tmp_path, changes, said):
    repacked(packed, **changes)
    with pytest.raises(InputError, match=re.escape(said)):
        open_bundle(packed, tmp_path / "opened")
    assert list((tmp_path / "opened").iterdir()) == []
    assert not (tmp_path / "outside").exists()


def test_a_byte_that_was_flipped_anywhere_is_noticed(packed, tmp_path):
    whole = packed.read_bytes()
    for place in range(10, len(whole), 23):  # behind the header of gzip, which says nothing of the contents
        packed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(InputError, match=r"a\.tar\.gz"):
            open_bundle(packed, tmp_path / "opened")


def test_a_file_listed_outside_of_the_folder_is_refused(tmp_path):
    path = tmp_path / "a.tar.gz"
    archive.write(path, FILES | {"../outside": b"x"}, {})
    with pytest.raises(InputError, match="outside"):
        open_bundle(path, tmp_path / "opened")
    assert not (tmp_path / "outside").exists()


def test_what_is_no_archive_is_said_to_be_none(tmp_path):
    (tmp_path / "a.tar.gz").write_bytes(gzip.compress(b"text"))
    with pytest.raises(InputError, match="is damaged"):
        open_bundle(tmp_path / "a.tar.gz", tmp_path / "opened")
