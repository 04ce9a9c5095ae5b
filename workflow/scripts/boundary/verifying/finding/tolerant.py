"""The same as for `code`."""

from boundary.verifying.finding.code import extract  # noqa: F401
