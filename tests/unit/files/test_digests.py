"""Digests of files, remembered by path, size, inode and times."""

import hashlib
import os
import shutil

from boundary.files import digests
from conftest import ROOT


def test_digests_are_remembered_while_nothing_changes(tmp_path, monkeypatch):
    """Across processes: the memory is a file. A weight file that has not changed is not opened again."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("boundary.files.memo.SETTLED", 0)
    folder = tmp_path / "weights"
    shutil.copytree(ROOT / "resources/zoo/chain-base", folder)
    first = digests.weights_digest(str(folder))
    assert first == digests.fresh_weights_digest(str(folder))
    opened = []
    monkeypatch.setattr(digests, "fresh_weights_digest", lambda folder: opened.append(folder) or "anew")
    digests.weights_digest.cache_clear()
    assert (digests.weights_digest(str(folder)), opened) == (first, [])
    stat = (folder / "model.safetensors").stat()
    replaced = tmp_path / "other"
    shutil.copy2(folder / "model.safetensors", replaced)
    os.replace(replaced, folder / "model.safetensors")  # the same size and time, as `cp -p` leaves them
    os.utime(folder / "model.safetensors", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    digests.weights_digest.cache_clear()
    assert (digests.weights_digest(str(folder)), opened) == ("anew", [str(folder)])


def test_what_has_just_changed_is_not_remembered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("a")
    assert digests.file_digest("rows.csv") == hashlib.sha256(b"a").hexdigest()
    (tmp_path / "rows.csv").write_text("b")
    digests.file_digest.cache_clear()
    assert digests.file_digest("rows.csv") == hashlib.sha256(b"b").hexdigest()
