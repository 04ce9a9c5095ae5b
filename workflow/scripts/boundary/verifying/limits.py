"""The limits under which graders work: from the configuration, and the level at which this machine isolates."""

import logging
from collections.abc import Iterable

from boundary.errors import InputError
from boundary.verifying.grading import Limits, grader
from boundary.verifying.sandbox import LEVELS, SandboxError

log = logging.getLogger(__name__)


def configured(verification: dict) -> Limits:
    """Limits by the keys of config's `verification`."""
    names = {"seconds_per_answer": "seconds", "memory_mb": "memory_mb", "cpu_seconds_per_test": "cpu_seconds"}
    return Limits(**{ours: verification[key] for key, ours in names.items()})


def isolated(limits: Limits, graders: Iterable[str], least: str | None = None) -> Limits:
    """The limits with the strongest sandbox level that works here, where one of the graders runs programs.

    least: the level below which it warns. InputError where no level works: then no program is run.
    """
    sandboxed = [name for name in graders if "isolation" in grader(name).LIMITS]
    if not sandboxed:
        return limits
    try:
        level = grader(sandboxed[0]).strongest_level()
    except SandboxError as error:
        raise InputError(f"{error}. Installing bubblewrap helps where the kernel allows user namespaces") from error
    if least and LEVELS.index(level) > LEVELS.index(least):
        log.warning("programs run at sandbox level %s, below verification.minimum_isolation = %s", level, least)
    return limits._replace(isolation=level)
