"""The same as for the default grader."""

from boundary.verifying.finding.mathematics import extract  # noqa: F401
