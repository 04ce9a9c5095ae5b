"""Facts about unchanged files: by path, size, inode, modification and change time.

They are in a small file in the working folder, so that neither Snakemake nor its cluster jobs read the same files
twice. It may be deleted at any time. If it cannot be written, everything is read again.
"""

import atexit
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

NOT_TRACKED = True
FILE = Path(".snakemake/beyond-base/files.json")
SETTLED = 2.0  # seconds since the last change, below which another change might leave no trace

_known: dict[Path, dict] = {}  # the memory of every working folder that this process has had
_changed: set[Path] = set()


def remembered(what: str, about: str | Path, paths: Iterable[Path], compute: Callable):
    """compute(), a value for JSON that depends only on the contents of `paths`, or its earlier value for the same
    files.

    what, about: the key, such as `sha256` and a path.
    """
    file = FILE.absolute()
    if file not in _known:
        _known[file] = _load(file)
        atexit.register(_save, file)
    key, stats = f"{what} {os.path.abspath(about)}", [(path, os.stat(path)) for path in paths]
    signature = [[p.name, s.st_size, s.st_ino, s.st_mtime_ns, s.st_ctime_ns] for p, s in stats]
    if key in _known[file] and _known[file][key][0] == signature:
        return _known[file][key][1]
    value = compute()
    if all(time.time() - stat.st_ctime > SETTLED for _, stat in stats):
        _known[file][key] = [signature, value]
        _changed.add(file)
    return value


def _load(file: Path) -> dict:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return {}


def _save(file: Path) -> None:
    if file not in _changed:
        return
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(_load(file) | _known[file]))
        os.replace(temporary, file)
    except OSError:
        pass
