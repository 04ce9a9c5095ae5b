"""The verdict cache: a verdict is known to all blocks and models of a benchmark once it was computed.

An SQLite file, safe under parallel jobs and under kill. Everything in it can be computed again: delete it at any time.
If it cannot be used (a file system without locks, a damaged file), grading continues without it.
"""

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from boundary.verifying.grading import Verdict

log = logging.getLogger(__name__)

WAIT = 60  # seconds for other jobs that write
AT_ONCE = 500  # keys of one query


def key(gold_digest: bytes, answer: str, grader: str, version: str, limits: dict) -> bytes:
    """16 bytes that identify one comparison: gold, answer, grader, its version and its limits."""
    facts = json.dumps([grader, str(version), limits], sort_keys=True).encode()
    return hashlib.blake2b(b"\0".join((gold_digest, facts, answer.encode())), digest_size=16).digest()


def digest(gold: str | Path) -> bytes:
    """Digest of a gold's JSON text, or of the file with it."""
    data = gold.read_bytes() if isinstance(gold, Path) else gold.encode()
    return hashlib.blake2b(data, digest_size=16).digest()


class VerdictCache:
    """Verdicts by key. path: None for no cache."""

    def __init__(self, path: Path | None):
        self._connection = None
        if path is not None:
            with self._at_worst_without():
                self._connection = _open(path)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Verdict]:
        """The known verdicts."""
        found: dict[bytes, Verdict] = {}
        connection = self._connection
        if connection is None:
            return found
        with self._at_worst_without():
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                query = f"SELECT key, reason, detail FROM verdicts WHERE key IN ({','.join('?' * len(some))})"
                rows = connection.execute(query, some)
                found.update((known, Verdict(reason, detail)) for known, reason, detail in rows)
        return found

    def put(self, verdicts: Iterable[tuple[bytes, Verdict]]) -> None:
        """Remember verdicts, in one transaction."""
        rows = [(known, verdict.reason, verdict.detail) for known, verdict in verdicts]
        if rows and self._connection:
            with self._at_worst_without(), self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _at_worst_without(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            log.warning("the verdict cache cannot be used (%s); grading goes on without it", error)
            self.close()


def _open(path: Path) -> sqlite3.Connection:
    """The database, begun anew where the file is damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=WAIT)
    try:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS verdicts (key BLOB PRIMARY KEY, reason TEXT, detail TEXT) WITHOUT ROWID"
        )
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError as error:
        connection.close()
        log.warning("%s is damaged (%s): starting a new one", path, error)
        os.replace(path, path.with_suffix(".damaged"))
        return _open(path)
    return connection
