"""Rewards by name: what a response is worth, given its task, the gold answer, its text, random numbers, and whether it
is right: as in verification, one that was cut off is not."""

from random import Random


def correct(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """1 where it is right."""
    return float(right)


def random(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """A coin: says nothing about the response (a control; arXiv 2506.10947 shows why one must look)."""
    return float(rng.random() < 0.5)


def format(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """1 where it has the form of an answer, right or wrong (a control)."""
    return float(task.formatted(text))


def dense(task, gold: str, text: str, rng: Random, right: bool) -> float:
    """The share of its steps that are right: learns where nothing is right as a whole (arXiv 2509.21016)."""
    return task.share_right(gold, text)


REWARDS = {function.__name__: function for function in (correct, random, format, dense)}
