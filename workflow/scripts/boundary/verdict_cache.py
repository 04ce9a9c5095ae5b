"""The verdict cache: what was graded once is known to all blocks and models of a benchmark.

An SQLite file, safe under parallel jobs and under kill. It holds nothing that cannot be computed again: delete it at
any time. Where it cannot be used (a file system without locks, a damaged file), grading goes on without it.
"""

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from boundary.grading import Verdict

log = logging.getLogger(__name__)

WAIT = 60  # seconds for other jobs that write
AT_ONCE = 500  # keys of one query


def key(gold_digest: bytes, answer: str, grader: str, version: str, limits: dict) -> bytes:
    """16 bytes that stand for one comparison: gold, answer, grader, its version and the limits that bear on it."""
    facts = json.dumps([grader, str(version), limits], sort_keys=True).encode()
    return hashlib.blake2b(b"\0".join((gold_digest, facts, answer.encode())), digest_size=16).digest()


def digest(gold: str) -> bytes:
    return hashlib.blake2b(gold.encode(), digest_size=16).digest()


class VerdictCache:
    """Verdicts by key. path: None for no cache."""

    def __init__(self, path: Path | None):
        self._connection = None
        if path is not None:
            self._try(lambda: self._open(path))

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=WAIT)
        try:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS verdicts (key BLOB PRIMARY KEY, reason TEXT, detail TEXT) WITHOUT ROWID"
            )
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            log.warning("%s is damaged (%s): it is begun anew", path, error)
            os.replace(path, path.with_suffix(".damaged"))
            return self._open(path)
        self._connection = connection

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Verdict]:
        """The verdicts that are known."""
        found: dict[bytes, Verdict] = {}

        def look_up() -> None:
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = self._connection.execute(
                    f"SELECT key, reason, detail FROM verdicts WHERE key IN ({marks})", some
                )
                found.update((known, Verdict(reason, detail)) for known, reason, detail in rows)

        self._try(look_up)
        return found

    def put(self, verdicts: Iterable[tuple[bytes, Verdict]]) -> None:
        """Remember verdicts, in one transaction."""

        def store() -> None:
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)",
                    [(known, verdict.reason, verdict.detail) for known, verdict in verdicts],
                )

        self._try(store)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _try(self, action) -> None:
        try:
            if action.__name__ == "<lambda>" or self._connection is not None:
                action()
        except (sqlite3.Error, OSError) as error:
            log.warning("the verdict cache cannot be used (%s); grading goes on without it", error)
            self.close()
            self._connection = None
