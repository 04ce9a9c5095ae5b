"""Answers of mathematics, read by a grammar and compared by what they mean. Depends on python-flint alone.

The gold answer comes first: its kind, letters and unit say how the other one is read. Nothing raises.

    >>> from boundary.verifying.mathematics import equal, equal_in_sentence, number, read
    >>> equal("(a+b)^2", "a^2 + 2ab + b^2")
    True
    >>> equal("5", "5ab"), equal("5", r"5 \\text{ cm}"), equal("5 cm", "5 kg")
    (False, True, False)
    >>> equal(r"\\frac{2^{2005}+1}{3 \\cdot 2^{2006}}", r"\\frac{1}{3 \\cdot 2^{2006}}")
    False
    >>> equal(r"\\frac{1}{3}", "0.333333"), equal(r"\\frac{1}{3}", "0.33")
    (True, False)
    >>> equal("(2,3)", "2 < x < 3"), equal("(2,3)", "[2,3]"), equal("(2,3)", "(3,2)")
    (True, False, False)
    >>> equal("1, 2", "2 or 1"), equal("(1, 2)", "(2, 1)")
    (True, False)
    >>> equal("y = 2x + 3", "2x - y + 3 = 0"), equal("y = 2x + 3", "2x + 3")
    (True, True)
    >>> equal(r"\\text{(C)}", "C"), equal("C", "(D) 12")
    (True, False)
    >>> equal_in_sentence("1250", "So she earned 1,250 dollars in all.")
    True
    >>> gold = read(r"36\\sqrt{7} \\text{ cm}^3")
    >>> gold.kind, gold.unit, gold.rule
    ('quantity', 'cm^3', None)
    >>> read("a x + b").kind, sorted(read("a x + b").symbols)
    ('expression', ['a', 'b', 'x'])
    >>> read(r"\\frac{14").kind, read(r"\\frac{14").rule
    ('unread', "brackets: '}' expected before the end")
    >>> number(r"\\frac{1}{4} \\text{ cm}")
    0.25
"""

from boundary.verifying.mathematics.reader import (
    Gold,
    Reading,
    equal,
    equal_in_sentence,
    exact,
    number,
    read,
    words,
    written_alike,
)

__all__ = ["Gold", "Reading", "equal", "equal_in_sentence", "exact", "number", "read", "words", "written_alike"]
