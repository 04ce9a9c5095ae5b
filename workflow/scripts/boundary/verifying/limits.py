"""The limits of graders: from the configuration, and the level at which this machine isolates."""

import logging
import resource
from collections.abc import Iterable

from boundary.contracts import VerificationLimits
from boundary.errors import InputError
from boundary.verifying.grading import Limits, grader
from boundary.verifying.sandbox import LEVELS, SandboxError

log = logging.getLogger(__name__)


def configured(verification: VerificationLimits) -> Limits:
    """Limits from the keys of config's `verification`; never more memory than this shell allows (`ulimit -v`)."""
    seconds, memory_mb = verification["seconds_per_answer"], verification["memory_mb"]
    limits = Limits(seconds, memory_mb, verification["cpu_seconds_per_test"])
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    if most != resource.RLIM_INFINITY and most >> 20 < limits.memory_mb:
        log.warning(
            "this shell allows %d MB (ulimit -v), below verification.memory_mb = %d", most >> 20, limits.memory_mb
        )
        return limits._replace(memory_mb=most >> 20)
    return limits


def isolated(limits: Limits, graders: Iterable[str], least: str | None = None) -> Limits:
    """The limits with the strongest sandbox level that works here, if one of the graders runs programs.

    least: the required level. InputError if it is not reached, or if none works: then no program is run.
    """
    sandboxed = [name for name in graders if "isolation" in grader(name).LIMITS]
    if not sandboxed:
        return limits
    try:
        level = grader(sandboxed[0]).strongest_level()
    except SandboxError as error:
        raise InputError(f"{error}. Installing bubblewrap helps where the kernel allows user namespaces") from error
    if least and LEVELS.index(level) > LEVELS.index(least):
        raise InputError(
            f"verification.minimum_isolation = {least}, and this machine reaches sandbox level {level} (the log says "
            "why): install bubblewrap, or ask for less"
        )
    return limits._replace(isolation=level)
