"""The text of an answer that a scorer of reasoning-gym may get, for scorers that would run an answer or accept a wrong
one.

Some scorers evaluate an answer as Python (`eval`, sympy's `parse_expr`), in the process that decides whether it is
right. An answer reaches such a scorer only as a literal, or as an expression of numbers, symbols, operators and a few
functions, and is generated from its tree; or it equals the library's own answer literally. So no part of it is run.
Others are looser than their question (seen in reasoning-gym 0.1.25): there the answer must at least be of its kind.
"""

import ast
import json
import math
import re
import string
import warnings
from fractions import Fraction

LONGEST = 2000  # characters of an answer that is read as Python; its parser is safe on such short text
FUNCTIONS = {
    "Abs", "acos", "acosh", "acot", "asin", "asinh", "atan", "atanh", "cos", "cosh", "cot", "csc", "erf", "exp", "ln",
    "log", "sec", "sin", "sinh", "sqrt", "tan", "tanh",
}  # fmt: skip
SYMBOLS = set(string.ascii_letters) - set("NOQS") | {"pi"}  # those four are functions of sympy
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
SIGNS = (ast.UAdd, ast.USub)


def scorable(task: str, answer: str, golds: list[str], facts: dict) -> str:
    """The text that the scorer of `task` gets instead of `answer`. ValueError if it gets nothing, and the answer is
    wrong.

    golds: the library's own answers. facts: of its entry about the problem (`metadata`).
    """
    reads = READINGS.get(task)
    if reads is None or answer in golds:
        return answer
    try:
        with warnings.catch_warnings(action="ignore"):  # Python's parser on `2(3)` or "\d"
            return reads(answer.strip(), golds, facts)
    except (SyntaxError, ValueError, RecursionError, MemoryError, ArithmeticError, TypeError) as error:
        raise ValueError(str(error) or type(error).__name__) from None


def _tree(answer: str) -> ast.expr:
    if len(answer) > LONGEST or not answer.isascii():
        raise ValueError("not a short text in ASCII")
    return ast.parse(answer, mode="eval").body


def literal(answer: str, golds: list[str], facts: dict) -> str:
    """A Python literal; or a text of the gold's own characters, such as a grid of digits."""
    if golds and set(answer) <= {*"".join(golds), " ", "\n"}:
        return answer
    return repr(ast.literal_eval(_tree(answer)))


def _expression(answer: str, symbols: set[str], functions: set[str], operators: tuple, number) -> ast.expr:
    """The tree of an expression, all of whose parts are among these."""
    tree = _tree(answer)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(op=op) if isinstance(op, operators):
                pass
            case ast.UnaryOp(op=op) if isinstance(op, SIGNS):
                pass
            case ast.Constant(value=int() | float() as value) if type(value) in number and math.isfinite(value):
                pass
            case ast.Name(id=name) if name in (functions if id(node) in called else symbols):
                pass
            case ast.Call(func=ast.Name(), keywords=[]):
                pass
            case ast.operator() | ast.unaryop() | ast.expr_context():
                pass
            case _:
                raise ValueError(f"{type(node).__name__} is not allowed")
    return tree


def formula(answer: str, golds: list[str], facts: dict) -> str:
    """An expression in the task's symbols, or any of one letter, such as a constant of integration."""
    symbols = SYMBOLS | {name for name in [facts.get("variable"), *facts.get("variables", [])] if name}
    return ast.unparse(_expression(answer, symbols, FUNCTIONS, (*ARITHMETIC, ast.Pow), (int, float)))


def arithmetic(answer: str, golds: list[str], facts: dict) -> str:
    """An expression of integers and + - * /: with names one could make numbers that the problem does not give."""
    return ast.unparse(_expression(answer, set(), set(), ARITHMETIC, (int,)))


def makes_24(answer: str, golds: list[str], facts: dict) -> str:
    """Likewise, of exactly the given numbers, and exactly 24; the scorer accepts any four numbers and drops digits."""
    tree = _expression(answer, set(), set(), ARITHMETIC, (int,))
    numbers = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, int)]
    if sorted(numbers) != sorted(facts["numbers"]) or _value(tree) != 24:
        raise ValueError("not 24 by the given numbers")
    return ast.unparse(tree)


def _value(node: ast.expr) -> Fraction:
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            return -_value(operand) if isinstance(op, ast.USub) else _value(operand)
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _value(left), _value(right)
            match op:
                case ast.Add():
                    return first + second
                case ast.Sub():
                    return first - second
                case ast.Mult():
                    return first * second
            return first / second
        case ast.Constant(value=int(number)):
            return Fraction(number)
    raise ValueError(f"{type(node).__name__} has no value")


def finite_numbers(answer: str, golds: list[str], facts: dict) -> str:
    """A JSON list of numbers, quoted or not; a list of NaN is in any order, and close to any numbers."""
    if len(answer) > 100 * LONGEST or not all(math.isfinite(float(n)) for n in json.loads(answer.replace("'", '"'))):
        raise ValueError("not a list of finite numbers")
    return answer


def finite_complex(answer: str, golds: list[str], facts: dict) -> str:
    """A complex number in digits; the scorer accepts NaN as right."""
    if not re.fullmatch(r"[\d\s.+\-*()ije]{1,200}", answer, re.ASCII):
        raise ValueError("not a complex number")
    return answer


def truth(answer: str, golds: list[str], facts: dict) -> str:
    """True or False, as the gold; the scorer accepts any text as right."""
    if answer.strip(" .'\"*`").casefold() not in {gold.casefold() for gold in golds}:
        raise ValueError("not the truth")
    return answer


def probability(answer: str, golds: list[str], facts: dict) -> str:
    """A fraction or decimal near the gold; the scorer accepts a first digit as right."""
    text = answer.replace(",", "")
    if not re.fullmatch(r"[\d.]{1,60}(?:/\d{1,60}|e-?\d\d?)?", text, re.ASCII):
        raise ValueError("not a fraction or a decimal")
    if not any(abs(Fraction(text) - Fraction(gold.replace(",", ""))) <= Fraction(1, 10_000) for gold in golds):
        raise ValueError("not near the probability")
    return answer


EVALUATED = {  # task of reasoning-gym whose scorer evaluates an answer -> how the answer is read instead
    "string_insertion": literal,
    "spiral_matrix": literal,
    "binary_matrix": literal,
    "n_queens": literal,
    "simple_integration": formula,
    "intermediate_integration": formula,
    "polynomial_multiplication": formula,
    "puzzle24": makes_24,
    "countdown": arithmetic,
}
READINGS = EVALUATED | {
    "number_sorting": finite_numbers,
    "complex_arithmetic": finite_complex,
    "game_of_life_halting": truth,
    "coin_flip": probability,
}
