"""Steps at the start of a run that is not a dry run. Light: runs at parse time."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from boundary.contracts import Model, SampleSpec
from boundary.errors import InputError
from boundary.files.sizes import NOT_ENOUGH, room_for_samples
from boundary.sampling.serving.addresses import key_of, places

NOT_TRACKED = True


def require_writable(run: bool) -> None:
    """InputError if results, or Snakemake's own files next to them, cannot be written; a dry run needs the latter."""
    needed = [Path("results"), Path(".")] if run else [] if Path(".snakemake").exists() else [Path(".")]
    for folder in needed:
        if folder.exists() and not os.access(folder, os.W_OK):
            raise InputError(f"{folder.resolve()} cannot be written to: make it writable, or run with --directory")


def require_no_batch(arguments: Iterable[str]) -> None:
    """InputError if Snakemake is asked for a part of a rule's input: every estimate needs all of it."""
    if any(word.partition("=")[0] == "--batch" for word in arguments):
        raise InputError(
            "--batch makes results of a part of their input, and the report is of all of it: to do part of a run, ask "
            "for a target (`snakemake samples`, `verdicts`), for files, or for fewer models or benchmarks"
        )


def require_keys(sampled: Iterable[Model]) -> None:
    """InputError if a model is behind a server whose key is not there, before a job for each of its blocks says so."""
    for model in sampled:
        for url, key_env in places(model["server"]) if "server" in model else ():
            key_of(url, key_env)


def keep_blocks(blocks: Iterable[tuple[str, Callable[[], SampleSpec]]]) -> None:
    """Add the second name of finished blocks that have none, such as a block that somebody restored: see
    `block_store.keep`.

    blocks: path, and the spec that it should have. Cheap if nothing is to do: a stored file has two names.
    """
    if any(Path(".snakemake/locks").glob("*")):
        return  # another run is at work here
    single = [(path, spec) for path, spec in blocks if os.path.exists(path) and os.stat(path).st_nlink == 1]
    if single:
        from boundary.sampling.block_store import keep  # heavy, and seldom needed

        keep(single)


def tell_of_short_room(tokens: int, results: Path, warn: Callable[[str], None]) -> None:
    """Warn, before anything is downloaded, if the disk of results may be too small for samples of `tokens`."""
    if NOT_ENOUGH in (said := room_for_samples(tokens, results)):
        warn(said)


def reevaluate_once_at_a_time(scheduler) -> None:
    """Let Snakemake's scheduler wait for one timer, not for one more after every job.

    To limit jobs per timespan it checks again a second after every check (Snakemake 9.27, JobScheduler.schedule), and
    every finished job starts another such chain. After a thousand jobs it would check a thousand times a second, in as
    many threads. One core, and in the end the system's threads, would not suffice.
    """
    waiting = threading.Lock()

    def look_again() -> None:
        waiting.release()
        scheduler._open_jobs.release()

    def reevaluate(delay: float) -> None:
        if waiting.acquire(blocking=False):
            timer = threading.Timer(delay, look_again)
            timer.daemon = True  # nobody waits for it at the end
            timer.start()

    scheduler._schedule_reevalutation = reevaluate
