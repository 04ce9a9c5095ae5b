"""Random answers, printed in every notation, rewritten and disturbed: the reader must tell which are equal.

    python tests/trials/fuzz.py [--trees 100000] [--seed 0]

Which are equal is decided by mpmath on the trees that were drawn, at points of its own, and never by the reader itself.
Exits with 1 where a verdict is wrong or anything raises. A small run of it is a test (tests/unit/verifying).
"""

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow/scripts"))

import mpmath

from boundary.verifying.mathematics import equal

LETTERS = "xyabmnt"
FUNCTIONS = {
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "ln": mpmath.log, "exp": mpmath.exp, "arctan": mpmath.atan,
    "sqrt": mpmath.sqrt, "abs": abs,
}  # fmt: skip
# a tree: ("number", "12"), ("letter", "x"), ("pi",), (+ - * /, left, right), ("^", base, exponent), ("neg", inner),
# ("degrees", trigonometric function, whole number), (function, inner), ("root", 3, inner), ("choose", n, k), ("!", n)


def tree(draw: random.Random, depth: int, letters: str):
    if depth == 0 or draw.random() < 0.15:
        kind = draw.random()
        if letters and kind < 0.55:
            return ("letter", draw.choice(letters))
        if kind < 0.9:
            return (
                "number",
                str(draw.randint(1, 12)) if draw.random() < 0.85 else f"{draw.randint(0, 9)}.{draw.randint(1, 9)}",
            )
        return ("pi",)
    kind = draw.random()
    if kind < 0.62:
        return (draw.choice("++--**//"), tree(draw, depth - 1, letters), tree(draw, depth - 1, letters))
    if kind < 0.74:
        exponent = ("number", str(draw.randint(2, 4))) if draw.random() < 0.7 else tree(draw, 0, letters)
        return ("^", tree(draw, depth - 1, letters), exponent)
    if kind < 0.8:
        return ("neg", tree(draw, depth - 1, letters))
    if kind < 0.83:
        return ("root", draw.choice((3, 4, 5)), tree(draw, depth - 1, letters))
    if kind < 0.86:
        return ("degrees", draw.choice(("sin", "cos")), draw.randint(1, 89))
    if kind < 0.88:
        return ("choose", draw.randint(3, 9), draw.randint(1, 3))
    if kind < 0.89:
        return ("!", draw.randint(2, 6))
    return (draw.choice(list(FUNCTIONS)), tree(draw, depth - 1, letters))


class NoValueError(Exception):
    pass


def value(node, at: dict):
    """By mpmath: a real number, or NoValueError."""
    kind, *rest = node
    match kind:
        case "number":
            return mpmath.mpf(rest[0])
        case "letter":
            return at[rest[0]]
        case "pi":
            return +mpmath.pi
        case "neg":
            return -value(rest[0], at)
        case "degrees":
            return FUNCTIONS[rest[0]](rest[1] * mpmath.pi / 180)
        case "choose":
            return mpmath.mpf(int(mpmath.binomial(*rest)))
        case "!":
            return mpmath.factorial(rest[0])
        case "root":
            inner = value(rest[1], at)
            if inner < 0:
                if rest[0] % 2 == 0:
                    raise NoValueError
                return -mpmath.power(-inner, mpmath.mpf(1) / rest[0])
            return mpmath.power(inner, mpmath.mpf(1) / rest[0])
        case "+" | "-" | "*" | "/" | "^":
            left, right = value(rest[0], at), value(rest[1], at)
            if kind == "+":
                return left + right
            if kind == "-":
                return left - right
            if kind == "*":
                return left * right
            if kind == "/":
                if abs(right) < mpmath.mpf(10) ** -40:
                    raise NoValueError
                return left / right
            if abs(left) < mpmath.mpf(10) ** -40 or abs(right) > 1000 or (left < 0 and right != int(right)):
                raise NoValueError
            return mpmath.power(left, right)
    inner = value(rest[0], at)
    if (
        (kind == "ln" and inner < mpmath.mpf(10) ** -40)
        or (kind == "sqrt" and inner < 0)
        or (kind == "exp" and abs(inner) > 1000)
    ):
        raise NoValueError
    return FUNCTIONS[kind](inner)


def truth(one, other, letters: str, draw: random.Random) -> bool | None:
    """Whether two trees are equal wherever both are real; None where too few points tell, or they are nearly equal."""
    points = 24 if letters else 1
    told = 0
    for point in range(points):
        spread = (1, 3, 0.5, 9)[point % 4]
        at = {
            letter: mpmath.mpf(draw.uniform(0.05, 1) * spread) * (1 if point % 3 or draw.random() < 0.3 else -1)
            for letter in LETTERS
        }
        if point % 6 == 5:
            at = {letter: mpmath.mpf(draw.choice((-1, 1)) * draw.randint(1, 9)) for letter in LETTERS}
        try:
            values = value(one, at), value(other, at)
        except (NoValueError, OverflowError, ZeroDivisionError):
            continue
        off, size = abs(values[0] - values[1]), max(abs(values[0]), abs(values[1]), mpmath.mpf(10) ** -20)
        if off and size == mpmath.mpf(10) ** -20:
            continue  # too small to tell a difference from what rounding left
        if off > size * mpmath.mpf(10) ** -4:
            return False
        if off > size * mpmath.mpf(10) ** -60 or size > mpmath.mpf(10) ** 18:
            return None
        told += 1
    return True if told >= (6 if letters else 1) else None


# --- notation --------------------------------------------------------------------------------------------------------

TIMES = {"latex": (r" \cdot ", r" \times ", " "), "ascii": ("*", " * "), "unicode": ("·", " × ")}


def shown(node, style: str, draw: random.Random) -> str:
    return _shown(node, style, draw)[0]


def _shown(node, style: str, draw: random.Random) -> tuple[str, int]:
    """Text, and how strongly it holds together: 1 sum, 2 product, 3 power, 4 atom."""
    kind, *rest = node
    latex = style == "latex"

    def inner(part, least: int) -> str:
        text, strength = _shown(part, style, draw)
        if strength >= least and draw.random() > 0.05:
            return text
        if latex and draw.random() < 0.5:
            return rf"\left({text}\right)"
        return f"({text})" if draw.random() < 0.9 else f"( {text} )"

    match kind:
        case "number":
            return rest[0], 4
        case "letter":
            return rest[0], 4
        case "pi":
            return {"latex": r"\pi ", "ascii": "pi", "unicode": "π"}[style], 4
        case "+":
            return f"{inner(rest[0], 1)}{draw.choice(('+', ' + '))}{inner(rest[1], 2)}", 1
        case "-":
            return (
                f"{inner(rest[0], 1)}{'−' if style == 'unicode' else draw.choice(('-', ' - '))}{inner(rest[1], 2)}",
                1,
            )
        case "*":
            left, right = inner(rest[0], 2), inner(rest[1], 3)
            # without a sign where nothing else can be meant
            if right[:1] == "(" and rest[0][0] == "number" and "." not in left and draw.random() < 0.4:
                return left + right, 2
            if rest[0][0] == "number" and rest[1][0] == "letter" and "." not in rest[0][1] and draw.random() < 0.6:
                return left + right, 2
            sign = draw.choice(TIMES[style])
            if sign == " " and (
                not (left[-1:].isalpha() or left[-1:] in ")}")
                or (not right[:1].isalpha() and right[:1] != "(")
                or rest[0][0] in FUNCTIONS
                or "\\" in left
                or left[-1:] in ")"
                or rest[0][0] == "*"
            ):
                sign = r" \cdot "
            return left + sign + right, 2
        case "/":
            if latex and draw.random() < 0.8:
                name = draw.choice((r"\frac", r"\dfrac", r"\tfrac"))
                over, under = (_shown(part, style, draw)[0] for part in rest)
                if all(len(part) == 1 and part.isdigit() for part in (over, under)) and draw.random() < 0.4:
                    return rf"{name}{over}{under}", 4
                if all(len(part) == 1 for part in (over, under)) and draw.random() < 0.2:
                    return rf"{name} {over} {under}", 4
                return rf"{name}{{{over}}}{{{under}}}", 4
            sign = "÷" if style == "unicode" and draw.random() < 0.3 else draw.choice(("/", " / "))
            return f"{inner(rest[0], 2)}{sign}{inner(rest[1], 3)}", 2
        case "^":
            base = inner(rest[0], 4)
            if rest[0][0] in ("degrees", "/", "choose", "root", "abs", *FUNCTIONS) and not base.startswith(
                ("(", r"\left(")
            ):
                base = f"({base})"
            exponent, strength = _shown(rest[1], style, draw)
            if style == "unicode" and exponent.isdigit():
                return base + exponent.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")), 3
            if latex:
                return base + (f"^{exponent}" if len(exponent) == 1 and draw.random() < 0.6 else f"^{{{exponent}}}"), 3
            return f"{base}{draw.choice(('^', '**'))}" + (
                exponent if strength == 4 and exponent[-1:] != "!" else f"({exponent})"
            ), 3
        case "neg":
            return f"-{inner(rest[0], 2)}", 1
        case "degrees":
            degrees = {"latex": r"^\circ", "ascii": " degrees", "unicode": "°"}[style]
            name = ("\\" if latex else "") + rest[0]
            if latex and draw.random() < 0.5:
                return rf"{name} {rest[1]}{degrees}", 2
            return f"{name}({rest[1]}{degrees})", 4
        case "choose":
            if latex:
                return rf"\binom{{{rest[0]}}}{{{rest[1]}}}", 4
            return f"{draw.choice(('binomial', 'C'))}({rest[0]},{rest[1]})", 4
        case "!":
            return f"{rest[0]}!", 4
        case "root":
            text = _shown(rest[1], style, draw)[0]
            if latex:
                return rf"\sqrt[{rest[0]}]{{{text}}}", 4
            return ("cbrt(" if rest[0] == 3 else "") + f"{text})" if rest[0] == 3 else f"root_{rest[0]}({text})", 4
        case "abs":
            text = _shown(rest[0], style, draw)[0]
            return (rf"\left|{text}\right|" if latex else f"abs({text})"), 4
        case "sqrt":
            text = _shown(rest[0], style, draw)[0]
            if latex:
                return rf"\sqrt{{{text}}}", 4
            return (f"√({text})" if style == "unicode" else f"sqrt({text})"), 4
        case "exp" if latex and draw.random() < 0.7:
            return f"e^{{{_shown(rest[0], style, draw)[0]}}}", 3
    text = _shown(rest[0], style, draw)[0]
    if latex and rest[0][0] in ("letter", "number") and draw.random() < 0.5:
        return rf"\{kind} {text}", 2
    return f"{chr(92) if latex else ''}{kind}({text})", 4


def spellable(node, style: str) -> bool:
    """Whether a notation has signs for all that is in a tree."""
    if node[0] == "root" and node[1] != 3 and style != "latex":
        return False
    return all(spellable(part, style) for part in node[1:] if isinstance(part, tuple))


# --- changes ---------------------------------------------------------------------------------------------------------


def rewritten(node, draw: random.Random):
    """An equal tree, most often of another form."""
    kind, *rest = node
    rest = [rewritten(part, draw) if isinstance(part, tuple) else part for part in rest]
    node = (kind, *rest)
    if draw.random() < 0.5:
        return node
    match node:
        case ("+", left, right) | ("*", left, right):
            return (kind, right, left)
        case ("-", left, right):
            return draw.choice((("+", left, ("neg", right)), ("neg", ("-", right, left))))
        case ("/", left, ("number", "2")):
            return ("*", ("number", "0.5"), left)
        case ("/", left, right):
            return ("*", left, ("/", ("number", "1"), right))
        case ("^", base, ("number", "2")):
            return ("*", base, base)
        case ("neg", inner):
            return ("*", ("neg", ("number", "1")), inner)
        case ("*", left, ("+", one, other)):
            return ("+", ("*", left, one), ("*", left, other))
        case ("degrees", "sin", degrees):
            return ("degrees", "cos", 90 - degrees)
        case ("degrees", name, degrees):
            return (name, ("/", ("*", ("number", str(degrees)), ("pi",)), ("number", "180")))
        case ("number", text) if "." in text:
            return ("/", ("number", text.replace(".", "").lstrip("0") or "0"), ("number", "10"))
        case ("sqrt", inner):
            return ("^", inner, ("/", ("number", "1"), ("number", "2")))
    return node


def places(node, path=()):
    yield path
    for i, part in enumerate(node):
        if i and isinstance(part, tuple):
            yield from places(part, (*path, i))


def at(node, path):
    for step in path:
        node = node[step]
    return node


def put(node, path, new):
    if not path:
        return new
    i, *rest = path
    return (*node[:i], put(node[i], rest, new), *node[i + 1 :])


def disturbed(node, draw: random.Random, letters: str):
    """A tree that is wrong in one place: a sign, a digit, operands the other way round, another or a lost symbol."""
    path = draw.choice(list(places(node)))
    spot = at(node, path)
    match spot:
        case ("number", text):
            digit = draw.choice([i for i, c in enumerate(text) if c.isdigit()])
            new = ("number", text[:digit] + str((int(text[digit]) + draw.randint(1, 9)) % 10) + text[digit + 1 :])
        case ("letter", letter):
            new = draw.choice((("letter", draw.choice([c for c in LETTERS if c != letter])), ("number", "1")))
        case ("+", left, right):
            new = draw.choice((("-", left, right), left))
        case ("-", left, right):
            new = draw.choice((("+", left, right), ("-", right, left)))
        case ("/" | "^", left, right):
            new = (spot[0], right, left)
        case ("*", left, right):
            new = draw.choice((left, ("/", left, right)))
        case ("neg", inner):
            new = inner
        case ("degrees", name, degrees):
            new = (name, ("number", str(degrees)))
        case _:
            new = ("neg", spot)
    return put(node, path, new)


STYLES = ("latex", "ascii", "unicode")


def run(trees: int, seed: int, deadline: float | None = None) -> tuple[list[str], list[tuple]]:
    """What went wrong, and CPU seconds of each comparison of two expressions in variables, with both."""
    draw, wrong, times = random.Random(seed), [], []
    mpmath.mp.dps = 80
    for _ in range(trees):
        letters = draw.choice(("", "x", "xy", "ab", "mn", "xyt"))
        gold = tree(draw, draw.randint(1, 4), letters)
        for other in (gold, rewritten(gold, draw), disturbed(gold, draw, letters)):
            styles = [draw.choice(STYLES), draw.choice(STYLES)]
            if not (spellable(gold, styles[0]) and spellable(other, styles[1])):
                continue
            expected = truth(gold, other, letters, draw)
            texts = shown(gold, styles[0], draw), shown(other, styles[1], draw)
            start = time.process_time()
            try:
                found = equal(*texts)
            except Exception as error:  # none may come out
                wrong.append(f"{texts}: {type(error).__name__}: {error}")
                continue
            if letters:
                times.append((time.process_time() - start, *texts))
            if expected is not None and found != expected:
                wrong.append(f"{texts}: {found}, but {expected}")
        if deadline is not None and time.process_time() > deadline:
            break
    return wrong, times


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    wrong, times = run(arguments.trees, arguments.seed)
    times.sort()
    for line in wrong[:100]:
        print(line)
    for seconds, *texts in times[-3:]:
        print(f"{seconds * 1e3:.1f} ms: {texts}")
    middle, late = (times[len(times) * part // 1000][0] * 1e3 for part in (500, 999))
    print(f"{len(wrong)} wrong; comparison in variables: median {middle:.3f} ms, 99.9% {late:.2f} ms")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
