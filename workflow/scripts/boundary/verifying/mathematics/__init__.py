"""Answers of mathematics, read by a grammar and compared by what they mean. Depends on python-flint alone.

    >>> from boundary.verifying.mathematics import equal, read
    >>> equal("(a+b)^2", "a^2 + 2ab + b^2")
    True
"""

from boundary.verifying.mathematics.reader import Gold, Reading, equal, equal_in_sentence, read

__all__ = ["Gold", "Reading", "equal", "equal_in_sentence", "read"]
