"""Parts of Snakemake that every adapter script needs: a log file, and errors that a user can read."""

import errno
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from boundary.errors import InputError, in_a_line

NOT_TRACKED = True
LONG = ("sampling", "zoo.training", "likelihood.matching")
NOT_FOR_BUNDLES = {  # adapters that fetch, run or read what is not packed: an opened bundle may name anything there
    *("download_benchmark", "build_benchmark", "download_model", "download_adapter", "render_prompts", "train", "pin"),
    *("sample_block", "cut_block", "score_responses", "match_temperature", "explore_responses"),
    *("import_responses", "import_counts", "find_contamination", "read_clusters"),
}
FORMAT, HOUR = "%(asctime)s %(message)s", "%H:%M:%S"
SHOWN = tuple(f"boundary.{module}" for module in LONG)  # on the terminal: how far a long job is


class Snakemake(Protocol):
    """The object `snakemake` of a script: lists of files and params, by number and by name."""

    input: Any
    output: Any
    params: Any
    wildcards: Any
    log: Any
    threads: int
    config: dict[str, Any]
    rule: str


@contextmanager
def logged(snakemake: Snakemake) -> Iterator[None]:
    """Log to the rule's file and to the terminal; an InputError ends the job with its message alone."""
    terminal = logging.StreamHandler()  # warnings, and how far a long job is; all else is in the file
    terminal.addFilter(lambda record: record.levelno > logging.INFO or record.name.startswith(SHOWN))
    terminal.setFormatter(_Named("/".join(getattr(snakemake, "wildcards", ()))))
    Path(snakemake.log[0]).write_text("")  # each try begins its log anew
    handlers: list[logging.Handler] = [
        logging.FileHandler(snakemake.log[0]),
        terminal,
    ]  # opened again where a library closes all handlers
    logging.basicConfig(level=logging.INFO, format=FORMAT, datefmt=HOUR, handlers=handlers)
    for client in ("httpx", "httpx2"):  # a line for every request
        logging.getLogger(client).setLevel(logging.WARNING)
    try:
        _refuse_for_bundles(snakemake)
        yield
    except InputError as error:
        if error.__cause__:
            logging.info("what came before:", exc_info=error.__cause__)  # in the file alone
        logging.error("error: %s", error)
        sys.exit(1)
    except KeyboardInterrupt:
        logging.info("error: interrupted")
        sys.exit(130)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            _tell(snakemake, error)
            raise
        kept = "what was finished is kept: make room or give the right to write, and run again"
        logging.error("error: cannot write %s: %s; %s", error.filename or "results", error.strerror, kept)
        sys.exit(1)
    except Exception as error:
        _tell(snakemake, error)
        raise


class _Named(logging.Formatter):
    """Lines of a job on the terminal begin with what it is about, such as its model and benchmark."""

    def __init__(self, about: str):
        super().__init__(FORMAT, HOUR)
        self.about = about

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802, a name of logging
        if self.about and not record.message.startswith(self.about):
            record.message = f"{self.about}: {record.message}"
        return super().formatMessage(record)


def _tell(snakemake: Snakemake, error: Exception) -> None:
    """The traceback, and after it the reason in a line, which is what the run ends with (`terminal.py`)."""
    logging.error("%s failed", snakemake.rule, exc_info=error)
    logging.error("error: %s", in_a_line(error))


def _refuse_for_bundles(snakemake: Snakemake) -> None:
    """InputError for a job that would act on what an opened bundle says, beyond the results that are in it."""
    # Snakemake runs adapters by their files; a rule may have another name in a module of another workflow
    adapter = Path(getattr(sys.modules["__main__"], "__file__", snakemake.rule)).stem
    if "opened" in snakemake.config.get("bundle", ()) and adapter in NOT_FOR_BUNDLES:
        missing = ", ".join(map(str, snakemake.output))
        raise InputError(
            f"{missing} is not in this bundle, and nothing is fetched, sampled, scored or trained for an opened one: "
            "pack it where the run comes from (samples by `bundle: {samples: true}`; what benchmarks with `publish: "
            "false` ask, and the samples on them, are in no bundle, and their verdicts stay as they came)"
        )
