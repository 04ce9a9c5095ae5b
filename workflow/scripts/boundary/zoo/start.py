"""The weights from which a training starts."""

from boundary.contracts import TrainingSpec
from boundary.sampling.job import folder_as_planned


def folder_of_start(training: TrainingSpec, setup: dict, given: str | None) -> str | None:
    """The folder of the start, or None if there is none. setup: see `Setup.of_training`. given: the input of the
    job: the folder of the training from which it starts, or a manifest of weights."""
    start = training.get("start")
    if isinstance(start, dict):
        return f"{given}/step-{setup['step']}"
    if start is None:
        return None
    return folder_as_planned(start, setup["folder"], given)
