"""Imports: samples and counts that exist already. Light: runs at parse time."""

from boundary.files.known_digests import file_digest
from boundary.grid import Grid
from boundary.identity import IMPORT_PROTOCOL

ORIGINS = ("responses", "counts")


class Imports:
    """The files of others, by model and benchmark."""

    def __init__(self, grid: Grid):
        self.grid = grid

    def responses(self, model: str, benchmark: str, **_) -> list[str]:
        files = self.grid.models[model]["responses"]["files"][benchmark]
        return [] if self.grid.opened else [files] if isinstance(files, str) else files

    def counted(self, model: str, benchmark: str, **_) -> str | list:
        return [] if self.grid.opened else self.grid.models[model]["counts"]["files"][benchmark]

    def spec(self, model: str, benchmark: str) -> dict | None:
        """The file or files that samples or counts come from, and how they are read; None where they are made here."""
        entry = self.grid.models[model]
        origin = next((origin for origin in ORIGINS if origin in entry), None)
        if origin is None:
            return None
        columns = {key: column for key, column in entry[origin].items() if key not in ("files", "extraction")}
        files = entry[origin]["files"][benchmark]
        digest = file_digest(files) if isinstance(files, str) else [file_digest(file) for file in files]
        return {"protocol": IMPORT_PROTOCOL, origin: {"sha256": digest, **columns}}
