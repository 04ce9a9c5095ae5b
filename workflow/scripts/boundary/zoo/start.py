"""Where the weights lie that a training goes on from."""

from boundary.sampling.job import folder_of_model


def folder_of_start(training: dict, setup: dict, given: str | None) -> str | None:
    """The folder of the start, or None where there is none. setup: see `Setup.of_training`. given: what the job read,
    the folder of the training that it goes on from, or a manifest of weights."""
    start = training.get("start")
    if isinstance(start, dict):
        return f"{given}/step-{setup['step']}"
    if start is None:
        return None
    return folder_of_model("weights", {"model": {"weights": start}}, {"weights": setup["folder"]}, {"weights": given})
