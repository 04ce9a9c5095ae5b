"""Whether a trace of the zoo reasons validly: step by step, by the rules of its task. For real models people do this.

A trace is valid if the steps behind its answer are each correct, start from the problem, and end in the content of the
box. A response can have the right answer without a valid trace: by a wrong method with the same value, or by a box that
does not follow from the steps.
"""

import ast
import re
from collections import Counter
from fractions import Fraction

from boundary.verifying.answers import last_boxed
from boundary.verifying.grading.countdown import OPERATORS, evaluate
from boundary.zoo.tasks import chain as of_chain
from boundary.zoo.tasks import products as of_products

STEP = re.compile(r"(\d+) ([-+*/]) (\d+) = (\d+)")
SYMBOL = dict(zip(OPERATORS, "+-*/", strict=True))
RESULT = {SYMBOL[kind]: function for kind, function in OPERATORS.items()}
LINK = re.compile(r" (\S) (\d\d)(?: sum (\d\d) mod (\d\d))? ([a-z]{3}) (\d\d)")

Step = tuple[Fraction, str, Fraction]  # x, operator, y; of + and * the smaller first


def steps_valid(task: str, question: str, text: str) -> bool:
    """Whether the trace `text` of a response to a problem of `task` is valid."""
    return CHECKS[task](question, text)


def countdown(question: str, text: str) -> bool:
    """Every step of the last attempt has a true result and uses available values; the last one reaches the target.

    The box combines the same values in the same way. Attempts given up by `retry` do not count.
    """
    *numbers, target = map(int, re.findall(r"\d+", question))
    attempt = text.rpartition("retry")[2].partition("\\boxed")[0].strip()
    left, done = Counter(map(Fraction, numbers)), []
    for written in attempt.split(" ; "):
        if not (step := STEP.fullmatch(written)):
            return False
        x, y, result = (Fraction(int(step[i])) for i in (1, 3, 4))
        if (step[2] == "/" and not y) or RESULT[step[2]](x, y) != result:
            return False
        left.subtract([x, y])
        if min(left.values()) < 0:
            return False
        left[result] += 1
        done.append(_ordered(x, step[2], y))
    return list(left.elements()) == [target] and sorted(done) == sorted(_combined(last_boxed(text) or ""))


def _ordered(x: Fraction, operator: str, y: Fraction) -> Step:
    return (min(x, y), operator, max(x, y)) if operator in "+*" else (x, operator, y)


def _combined(expression: str) -> list[Step]:
    """The steps that an expression stands for; none where it is not one."""
    try:
        evaluate(expression)  # a short expression of integers and nothing else
    except ValueError:
        return []
    found: list[Step] = []

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value=int(number)):
                return Fraction(number)
            case ast.BinOp(left=left, op=sign, right=right):
                x, y, operator = value(left), value(right), SYMBOL[type(sign)]
                found.append(_ordered(x, operator, y))
                return RESULT[operator](x, y)
        raise ValueError(f"{ast.dump(node):.100} is no expression of integers")  # `evaluate` has seen to that

    value(ast.parse(expression.strip(), mode="eval").body)
    return found


def chain(question: str, text: str) -> bool:
    """Every step names the method of its operator and has its result; the box reads out all results.

    Sums and residues that a trace writes are right.
    """
    start, *symbols = question.split()
    problem = int(start), tuple(zip(symbols[::2], map(int, symbols[1::2]), strict=True))
    trace = text.partition("\\boxed")[0].rstrip()
    links = list(LINK.finditer(trace, len(start)))
    if not trace.startswith(start) or start + "".join(link[0] for link in links) != trace:
        return False
    steps = list(of_chain.walk(problem))
    if len(links) != len(steps) or last_boxed(text) != of_chain.gold(problem):
        return False
    return all(_is_step(link, *step) for link, step in zip(links, steps, strict=True))


def _is_step(link: re.Match, value: int, symbol: str, operand: int, method: str, after: int) -> bool:
    total = (value + operand) % of_chain.WIDTH
    sums = link[3] is None or (int(link[3]), int(link[4])) == (total, total % 11)
    return sums and (link[1], int(link[2]), link[5], int(link[6])) == (symbol, operand, method, after)


def products(question: str, text: str) -> bool:
    """There are no steps between question and answer: a right answer is valid."""
    a, b = map(int, re.findall(r"\d+", question))
    return of_products.reward(str(a * b), text)


CHECKS = {"countdown": countdown, "chain": chain, "products": products}
