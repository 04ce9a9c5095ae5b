"""The archive of a bundle: the same bytes for the same contents, and nothing of a damaged one is taken."""

import copy
import gzip
import io
import json
import re
import tarfile

import pytest
import yaml

from boundary.bundling import archive
from boundary.bundling.opening import open_bundle
from boundary.config.resolve import resolve
from boundary.config.resolved import resolved
from boundary.config.validation import require_valid
from boundary.errors import InputError
from conftest import ROOT, tiny_config

RUN = {"config": resolve(tiny_config(), ROOT), "digests": {}}
FILES = {"bundle/config.yaml": yaml.safe_dump(RUN).encode(), "results/counts/a.parquet": b"counts" * 1000}
SCHEMA = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
LISTED = {"sha256": "0" * 64, "bytes": 1}


@pytest.fixture
def packed(tmp_path):
    archive.write(tmp_path / "a.tar.gz", FILES, {"format": 1})
    return tmp_path / "a.tar.gz"


def left_by(path, folder, said: str) -> None:
    """Opening fails in one line that says so, and leaves nothing."""
    with pytest.raises(InputError, match=re.escape(said)) as raised:
        open_bundle(path, folder)
    assert "\n" not in str(raised.value)
    assert list(folder.iterdir()) == []


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
    assert yaml.safe_load(config.read_text())["analysis"] == RUN["config"]["analysis"]
    assert all((tmp_path / "opened" / name).read_bytes() == content for name, content in FILES.items())
    with pytest.raises(InputError, match="is there already"):
        open_bundle(packed, tmp_path / "opened")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"results/counts/a.parquet": b"Counts" * 1000}, "results/counts/a.parquet is not what its manifest says"),
        ({"results/counts/a.parquet": None}, "results/counts/a.parquet is missing"),
        ({"results/more.parquet": b"x"}, "'results/more.parquet' is not in its manifest"),
        ({"../outside": b"x"}, "'../outside' is not in its manifest"),
        ({archive.MANIFEST: None}, "is no bundle"),
        ({archive.MANIFEST: b"{"}, "manifest.json cannot be read"),
        ({archive.MANIFEST: b"[" * 100_000}, "manifest.json cannot be read"),
        ({archive.MANIFEST: b"[]"}, "manifest.json lists no files"),
        ({archive.MANIFEST: b'{"files": []}'}, "manifest.json lists no files"),
        *(
            ({archive.MANIFEST: json.dumps({"files": {name: LISTED}}).encode()}, "is no name of a file of a bundle")
            for name in (
                *("/etc/x.parquet", "results/../../x.parquet", "results//x.parquet", "profiles/default/profile.yaml"),
                *("results/counts/.0000-0127.a.parquet", "results/trained/state.pt", "bundle/a\nb", "bundle/\ud800"),
            )
        ),
        *(
            (
                {archive.MANIFEST: json.dumps({"files": {"results/a.parquet": about}}).encode()},
                "does not say the sha256",
            )
            for about in (None, [], {"sha256": 1, "bytes": 1}, LISTED | {"bytes": -1}, LISTED | {"bytes": True})
        ),
    ],
)
def test_what_is_not_what_the_manifest_says_is_refused_by_name_and_leaves_nothing(packed, tmp_path, changes, said):
    repacked(packed, **changes)
    left_by(packed, tmp_path / "opened", said)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "bundle/config.yaml"},
        {"type": tarfile.FIFOTYPE},
        {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5},
        {"type": tarfile.DIRTYPE},
    ],
)
def test_links_devices_and_folders_are_no_files_of_a_bundle(packed, tmp_path, change):
    with tarfile.open(packed) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]
    with tarfile.open(packed, "w:gz") as tar:
        for member, content in members:
            if member.name.endswith(".parquet"):
                content = b""
                member.size = 0
                for key, value in change.items():
                    setattr(member, key, value)
            tar.addfile(member, io.BytesIO(content))
    left_by(packed, tmp_path / "opened", "results/counts/a.parquet' is not in its manifest, or no plain file")


def test_a_few_bytes_that_stand_for_many_are_not_unpacked(packed, tmp_path, monkeypatch):
    """More than is allowed, as the manifest says; more than the manifest says; and headers without an end."""
    with pytest.raises(InputError, match=r"unpacks to 0\.0 GB, and at most 0\.0 GB"):
        open_bundle(packed, tmp_path / "opened", most=5000)
    repacked(packed, **{"results/counts/a.parquet": bytes(1 << 27)})
    left_by(packed, tmp_path / "opened", "there is more in it than its manifest says")
    monkeypatch.setattr(archive, "MOST_OF_MANIFEST", 1 << 20)
    archive.write(packed, FILES, {"made_with": "x" * (1 << 20)})
    left_by(packed, tmp_path / "opened", "is larger than 1 MB")
    with tarfile.open(packed, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("x" * (1 << 24)))
    left_by(packed, tmp_path / "opened", "there is more in it than its manifest says")


HOSTILE = {
    "no configuration": "",
    "a list": "[]",
    "holds itself": "config: &a {b: *a}\ndigests: {}",
    "a few lines that stand for a billion values": "a0: &a0 [x]\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)),
    "nested deeply": "config: " + "[" * 100_000 + "]" * 100_000,
    "objects of Python": "config: !!python/object/apply:os.system [touch outside]\ndigests: {}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_configuration_that_is_none_is_refused(tmp_path, text):
    archive.write(tmp_path / "a.tar.gz", FILES | {"bundle/config.yaml": text.encode()}, {})
    left_by(tmp_path / "a.tar.gz", tmp_path / "opened", "opened/bundle/config.yaml")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("groups", {"g": {"file": "a/../../x", "axis": "g", "members": []}}, "groups.g.file"),
        ("models/../x", {"label": "x"}, "models: the name '../x'"),
        ("models/chain-base/label", ["x"], "models.chain-base.label"),
        ("models/chain-base/benchmarks", ["other"], "'other' is not in the run"),
        ("models/chain-base\n", {"label": "x"}, "models: the name"),
        ("models/chain-base/code", "import os", "unknown key 'code'"),
        ("benchmarks/chain/verifier", "os", "'os' is not in the run"),
        ("benchmarks/chain/samples", 10**12, "blocks of 'chain'"),
        ("benchmarks/chain/of", "chain", "'chain' is not in the run"),
        ("validity/labels", {"chain": ["/etc/passwd.json"]}, "validity.labels.chain.0"),
        ("decodings/t0.6/temperature", float("nan"), "must be a finite number"),
        ("pairs", [{"base": "x", "tuned": "chain-base"}], "'x' is not in the run"),
    ],
)
def test_a_configuration_that_resolving_never_makes_is_refused_by_its_key(tmp_path, place, value, said):
    run = copy.deepcopy(RUN)
    entry, (*keys, last) = run["config"], place.split("/", place.count("/") if "../" not in place else 1)
    for key in keys:
        entry = entry[key]
    entry[last] = value
    archive.write(tmp_path / "a.tar.gz", FILES | {"bundle/config.yaml": yaml.safe_dump(run).encode()}, {})
    with pytest.raises(InputError, match=re.escape(said)):
        open_bundle(tmp_path / "a.tar.gz", tmp_path / "opened")
    assert list((tmp_path / "opened").iterdir()) == []


@pytest.mark.parametrize("name", ["config", "mechanisms", "paper", "smollm2"])
def test_what_a_run_packs_is_what_may_be_opened(name):
    """The schema of resolved configurations takes those that resolving makes, and fills nothing in."""
    config = resolve(yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()), ROOT, beside=ROOT / "config")
    before = repr(config)
    require_valid(config, resolved(SCHEMA))
    assert repr(config) == before


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
