"""Named transforms of a column of a benchmark's file, before it is a question or an answer.

Each takes the value from the file and returns another; ValueError if it does not apply.
"""

import re
from collections.abc import Callable

from boundary.verifying import answers


def after_hashes(value: str) -> str:
    """GSM8K: the answer follows the last `####` of a worked solution."""
    _, mark, answer = value.rpartition("####")
    if not mark:
        raise ValueError("there is no #### in it")
    return answer.strip()


def last_boxed(value: str) -> str:
    """The content of the last \\boxed{...} of a worked solution, with balanced braces."""
    content = answers.last_boxed(value)
    if content is None:
        raise ValueError("there is no \\boxed{} in it")
    return content


def integer(value: str | float) -> str:
    """A whole number in plain digits: AIME's "025" and AMC's 27.0."""
    number = float(str(value).replace(",", ""))
    if number != int(number):
        raise ValueError("it is no whole number")
    return str(int(number))


def first(value: list) -> object:
    """The first of a list."""
    if not isinstance(value, list) or not value:
        raise ValueError("it is no list, or an empty one")
    return value[0]


def without_image_tags(value: str) -> str:
    """MathVision: without the marks <image1>, <image2> ... for the place of an image; the prompt has its own place."""
    return re.sub(r"\s*<image\d+>\s*", " ", value).strip()


TRANSFORMS: dict[str, Callable] = {
    function.__name__: function for function in (after_hashes, last_boxed, integer, first, without_image_tags)
}
