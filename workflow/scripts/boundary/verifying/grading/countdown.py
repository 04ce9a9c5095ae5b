"""The exact verifier of countdown: an expression uses exactly the numbers of the gold solution and equals its value."""

import ast
import re
from fractions import Fraction

from boundary.contracts import Gold
from boundary.verifying.grading import Limits, Verdict, match_if

LONGEST = 200  # characters; Python's own parser is safe on such short text
ALLOWED = re.compile(r"[0-9+\-*/() ]+")
SIGNS = {"\\times": "*", "\\cdot": "*", "\\div": "/", "×": "*", "÷": "/", "−": "-"}
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}

name = "countdown"
version = 1
LIMITS = ("seconds",)


def evaluate(expression: str) -> tuple[Fraction, list[int]]:
    """Exact value of an arithmetic expression and the sorted numbers in it. ValueError if it is not one."""
    for sign, plain in SIGNS.items():
        expression = expression.replace(sign, plain)
    if len(expression) > LONGEST or not ALLOWED.fullmatch(expression):
        raise ValueError("not a short expression of + - * / ( ) and integers")
    numbers: list[int] = []

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value=int(number)):
                numbers.append(number)
                return Fraction(number)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](value(left), value(right))
        raise ValueError(f"{type(node).__name__} is not allowed")

    try:
        result = value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ZeroDivisionError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from None
    return result, sorted(numbers)


def check_gold(gold: Gold) -> None:
    """ValueError if a gold solution is not an expression itself."""
    for answer in gold["answers"]:
        evaluate(answer)


def grade(gold: Gold, answer: str, limits: Limits | None = None) -> Verdict:
    """Whether `answer` reaches the value of a gold expression with exactly its numbers."""
    return match_if(any(solves(right, answer) for right in gold["answers"]))


def solves(right: str, answer: str) -> bool:
    """Whether `answer` has the value and the numbers of the expression `right`."""
    try:
        return evaluate(answer) == evaluate(right)
    except ValueError:
        return False
