"""What a run that is not dry does once, as it begins. Light: runs at parse time."""

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from boundary.contracts import SampleSpec
from boundary.errors import InputError
from boundary.files.sizes import NOT_ENOUGH, room_for_samples

NOT_TRACKED = True


def require_writable(run: bool) -> None:
    """InputError where results, or what Snakemake keeps next to them, cannot be written; a dry run needs the latter."""
    needed = [Path("results"), Path(".")] if run else [] if Path(".snakemake").exists() else [Path(".")]
    for folder in needed:
        if folder.exists() and not os.access(folder, os.W_OK):
            raise InputError(f"{folder.resolve()} cannot be written to: make it writable, or run with --directory")


def require_no_batch(arguments: Iterable[str]) -> None:
    """InputError where Snakemake is asked for a part of a rule's input: all that is estimated needs all of it."""
    if any(word.partition("=")[0] == "--batch" for word in arguments):
        raise InputError(
            "--batch makes results of a part of their input, and the report is of all of it: to do part of a run, ask "
            "for a target (`snakemake samples`, `verdicts`), for files, or for fewer models or benchmarks"
        )


def keep_blocks(blocks: Iterable[tuple[str, Callable[[], SampleSpec]]]) -> None:
    """Keep finished blocks that have no second name, such as one that somebody put back: see `block_store.keep`.

    blocks: path, and the spec it should have. Cheap where nothing is to do: a file that is kept has two names.
    """
    if any(Path(".snakemake/locks").glob("*")):
        return  # another run is at work here
    single = [(path, spec) for path, spec in blocks if os.path.exists(path) and os.stat(path).st_nlink == 1]
    if single:
        from boundary.sampling.block_store import keep  # heavy, and seldom needed

        keep(single)


def tell_of_short_room(tokens: int, results: Path, warn: Callable[[str], None]) -> None:
    """Say, before anything is downloaded, where the disk of results is perhaps too small for samples of `tokens`."""
    if NOT_ENOUGH in (said := room_for_samples(tokens, results)):
        warn(said)


def reevaluate_once_at_a_time(scheduler) -> None:
    """Let Snakemake's scheduler wait for one timer, not for one more after every job.

    To keep to its jobs per timespan it looks again a second after every look (Snakemake 9.27, JobScheduler.schedule),
    and every job that ends begins another such chain: after a thousand jobs it would look a thousand times a second, in
    as many threads, for which one of its cores, and at last the system's threads, would not do.
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
