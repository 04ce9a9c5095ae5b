"""Rewards by name: the value of a response, given its task, the gold answer, its text, random numbers, and whether
it is right. As in verification, a truncated response is not right."""

from random import Random


def correct(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """1 if it is right."""
    return float(right)


def random(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """A coin, independent of the response (a control; arXiv 2506.10947 shows why it is needed)."""
    return float(rng.random() < 0.5)


def format(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """1 if it has the form of an answer, right or wrong (a control)."""
    return float(task.formatted(text))


def dense(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """The share of its correct steps: teaches even if no response is completely right (arXiv 2509.21016)."""
    return task.share_right(gold, text)


REWARDS = {function.__name__: function for function in (correct, random, format, dense)}
