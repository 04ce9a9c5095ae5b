"""The lexer: LaTeX, ASCII as in programs, and Unicode, as one stream of tokens.

Typography, spacing and sizes of brackets end here. Names are not split yet: whether `ab` is a word, a unit or a product
is decided by the grammar, which knows the symbols of the gold answer.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from boundary.verifying.mathematics.units import words


class Token(NamedTuple):
    """kind: number, name (of one letter, or of a command), letters (several), text (of \\text), roman (of \\mathrm),
    call (a function), or the sign itself. spaced: after a blank."""

    kind: str
    value: str
    spaced: bool


class UnreadError(Exception):
    """No rule of the grammar reads this. The message names the rule that was tried, for people."""


LONGEST = 20_000  # characters
MOST_TOKENS = 12_000
DEEPEST = 90  # brackets and braces within one another, a pair around the very same content counted once

# --- Unicode ---------------------------------------------------------------------------------------------------------

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0])
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋₍₎]+")
_UP = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
_DOWN = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎", "0123456789+-()")
_VULGAR = re.compile("[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]")
_SIGNS = {
    "−": "-", "﹣": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ",
    "∙": r"\cdot ", "•": r"\cdot ", "÷": "/", "∗": "*", "⁄": "/", "∕": "/", "π": r"\pi ", "∞": r"\infty ",
    "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ", "≦": r"\le ", "≧": r"\ge ", "≠": r"\ne ", "≈": r"\approx ",
    "≡": r"\equiv ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∖": r"\setminus ", "±": r"\pm ", "∓": r"\mp ",
    "°": r"^\circ ", "∅": r"\emptyset ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}", "∀": r"\forall ", "…": r"\ldots ", "√": r"\sqrt ", "∛": r"\sqrt[3]", "ϕ": r"\phi ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⟨": r"\langle ", "⟩": r"\rangle ",
    "∑": r"\sum ", "∏": r"\prod ", "′": "'", "″": "''", "’": "'", "∧": r"\land ", "∨": r"\lor ", "∣": r"\mid ",
    "→": r"\to ", "⇒": r"\to ", "％": "%", "，": ", ", "；": "; ", "。": ".", "、": ", ", "（": "(", "）": ")",
    "ℏ": r"\hbar ", "∠": "", "△": "", "≅": r"\approx ", "∼": r"\approx ", "≃": r"\approx ", "⊂": r"\subset ",
}  # fmt: skip
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega epsilon theta phi"
)
_GREEK = dict(zip("αβγδεζηθικλμνξρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϑφ", _GREEK_NAMES.split(), strict=True))
_TABLE = str.maketrans(_SIGNS | {letter: f"\\{name} " for letter, name in _GREEK.items()})


def in_ascii(text: str) -> str:
    """A text without special typography, with signs as in LaTeX."""
    if text.isascii() and "\0" not in text and "\x0c" not in text:
        return text
    text = text.translate(_INVISIBLE).replace("\x0crac", "\\frac")
    text = _RAISED.sub(lambda match: f"^{{{match.group().translate(_UP)}}}", text)
    text = _LOWERED.sub(lambda match: f"_{{{match.group().translate(_DOWN)}}}", text)
    text = _VULGAR.sub(_vulgar, text)
    return unicodedata.normalize("NFKC", text.translate(_TABLE))


def _vulgar(match: re.Match) -> str:
    return "\\frac{{{}}}{{{}}}".format(*unicodedata.normalize("NFKC", match[0]).split("⁄"))


# --- commands --------------------------------------------------------------------------------------------------------

_LETTERS = words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar aleph star "
    "odot oplus perp nabla partial mho Re Im imath jmath bullet ast dagger prime Box square diamond clubsuit"
)
_SAME_LETTER = {"varepsilon": "epsilon", "vartheta": "theta", "varrho": "rho", "varphi": "phi", "imath": "i"}
FUNCTIONS = {
    name: name
    for name in words(
        "sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh coth log ln lg exp sqrt cbrt abs",
        "floor ceil factorial binomial gcd lcm max min det deg sgn arcsinh arccosh arctanh arcsec arccsc",
        "gamma_function erf cis",
    )
} | {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "arsinh": "arcsinh", "tg": "tan", "ctg": "cot", "cosec": "csc", "arctg": "arctan", "ceiling": "ceil",
    "comb": "binomial", "nCr": "binomial", "sign": "sgn", "Abs": "abs", "Gamma": "gamma_function", "arcsinh": "arcsinh",
}  # fmt: skip
_WORDS_AS_FUNCTIONS = frozenset(FUNCTIONS) - {"det", "deg", "Gamma", "gamma_function", "sign"} | {"det"}
_SIGN_OF = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "over": "over", "le": "<=", "leq": "<=", "leqslant": "<=",
    "leqq": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "geqq": ">=", "lt": "<", "gt": ">", "ne": "!=",
    "neq": "!=", "approx": "~", "simeq": "~", "sim": "~", "cong": "~", "doteq": "~", "thickapprox": "~",
    "equiv": "equiv", "in": "in", "colon": ":", "mid": "mid", "vert": "|", "lvert": "|", "rvert": "|",
    "Vert": "||", "lVert": "||", "rVert": "||", "pm": "pm", "mp": "mp", "cup": "union", "bigcup": "union",
    "cap": "intersection",
    "setminus": "difference", "backslash": "difference", "lfloor": "lfloor", "rfloor": "rfloor", "lceil": "lceil",
    "rceil": "rceil", "langle": "langle", "rangle": "rangle", "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[",
    "rbrack": "]", "circ": "circ", "degree": "degree", "emptyset": "empty", "varnothing": "empty", "infty": "infty",
    "lor": "or", "vee": "or", "land": "and", "wedge": "and", "choose": "choose", "bmod": "mod", "pmod": "pmod",
    "mod": "mod", "forall": "forall", "overline": "overline", "bar": "overline", "frac": "frac", "dfrac": "frac",
    "tfrac": "frac", "cfrac": "frac", "binom": "binom", "dbinom": "binom", "tbinom": "binom", "sum": "sum",
    "prod": "prod", "begin": "begin", "end": "end", "cupdot": "union", "sqcup": "union", "Longrightarrow": "to",
    "to": "to", "rightarrow": "to", "Rightarrow": "to", "implies": "to", "ldots": "dots", "dots": "dots",
    "cdots": "dots", "dotsc": "dots", "dotsb": "dots", "vdots": "dots", "prime": "'", "textdegree": "degree",
    "lim": "unread", "int": "unread", "iint": "unread", "oint": "unread",
}  # fmt: skip
_SKIPPED = words(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm displaystyle textstyle "
    "scriptstyle limits nolimits mathstrut strut nonumber notag hfill hline nobreak allowbreak relax rm bf it boldmath "
    "angle measuredangle triangle therefore because hspace vspace label normalsize large Large small centering "
    "operatornamewithlimits"
)
_SPACES = words("quad qquad enspace thinspace medspace thickspace negthinspace space newline par")
_TEXT = words("text textrm textnormal textsf mbox hbox textit texttt textup emph textsc")
_ROMAN = words(
    "mathrm mathbf mathit mathsf mathcal mathfrak mathscr operatorname operatorname* boldsymbol bm textbf mathnormal "
    "mathop pmb"
)
_ACCENTS = {
    "vec": "vec", "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "dot": "dot", "ddot": "ddot",
    "overrightarrow": "vec", "underline": "",
}  # fmt: skip
_SHOWN = words("boxed fbox ensuremath displaylines phantom")  # their content is what they stand for
_BLACKBOARD = re.compile(r"\s*\{?\s*([A-Z])\s*\}?")

_SPACED = r"(?:,\\!\s?|,\\,|\{,\}|\\,|\\!|\\;|\\:|\\[ ]|~|(?<=\d)[ ](?=\d))"  # between thousands
_SCAN = re.compile(
    rf"""
  (?P<space>(?:\s|\\[,;:!\ \n>]|~|\\(?=\Z)|\$|\\[()\[\]])+)
| (?P<thousands>(?<![\d.])\d{{1,3}}(?:{_SPACED}\d{{3}})+(?!\d)(?:\.\d+)?)
| (?P<commas>(?<![\d.,])\d{{1,3}}(?:,\d{{3}})+(?![\d/]|\s*\\d?frac)(?:\.\d+)?)
| (?P<number>(?:\d+\.\d+|\.\d+|\d+(?:\.(?=\s*[/*)}}^]|\s*\\(?:times|cdot|pi|sqrt|right)))?)(?:[eE][+-]?\d+(?![\w.]))?)
| \\(?P<command>[a-zA-Z]+\*?)
| (?P<row>\\\\(?:\[[^\[\]]*\])?)
| \\(?P<escaped>[{{}}|%$&_\#])
| (?P<letters>[a-zA-Z]+)
| (?P<sign>\{{[:,=]\}}|\*\*|!=|<=|>=|=<|=>|<>|==|:=|.)
""",
    re.VERBOSE | re.DOTALL,
)
_DOUBLED = re.compile(
    r"\\\\(?=(?:[dtc]?frac|sqrt|pi|left|right|text|boxed|cdot|times|infty|cup|le|ge|leq|geq|[bB]ig+[lr]?|sin|cos|tan|"
    r"log|ln|circ|pm|begin|end|mathrm|theta|alpha|beta|binom)(?![a-z]))"
)
_MARKUP = re.compile(r"<su([pb])>([^<>]*)</su[pb]>|<\|[^|>\n]*\|>|(?<![a-zA-Z.])(?:np|math|numpy|sympy|sp)\.(?=[a-z])")
_CARET = {"p": "^", "b": "_"}


def tokens(text: str, *, commas: bool = True) -> list[Token]:
    """The tokens of an answer. commas: whether 1,234 is one number. UnreadError if it is too long or nested too
    deeply."""
    if len(text) > LONGEST:
        raise UnreadError("too long")
    text = in_ascii(text)
    if "\\\\" in text:
        text = _DOUBLED.sub(r"\\", text)
    if "<" in text or "." in text:
        text = _MARKUP.sub(lambda match: f"{_CARET[match[1]]}{{{match[2]}}}" if match[1] else "", text)
    found: list[Token] = []
    add, scan, at, end, spaced = found.append, _SCAN.match, 0, len(text), False
    while at < end:
        match = scan(text, at)
        assert match is not None  # some rule matches any character
        kind = str(match.lastgroup)
        value = match[kind]
        at = match.end()
        if kind == "space":
            spaced = True
            continue
        if kind == "sign":
            value = value.strip("{}") or value
            if value != "." or _MEANT.match(text, at):
                add(Token(_ALIKE.get(value, value), value, spaced))
        elif kind == "number":
            add(Token("number", value, spaced))
        elif kind == "letters":
            at = _letters(text, at, value, spaced, add)
        elif kind == "command":
            at = _command(text, at, value, spaced, add)
            if at < 0:
                at = -at  # nothing but a size or a style: blanks before it still count
                continue
        elif kind == "thousands":
            add(Token("number", re.sub(r"[^\d.]", "", value), spaced))
        elif kind == "commas":
            if commas:
                add(Token("number", value.replace(",", ""), spaced))
            else:
                parts = value.split(",")
                if any(part[0] == "0" and part != "0" for part in parts[1:]):
                    raise UnreadError("no list: a number begins with zero")
                for place, part in enumerate(parts):
                    if place:
                        add(Token(",", ",", False))
                    add(Token("number", part, spaced))
        elif kind == "row":
            add(Token("row", value, spaced))
        elif kind == "escaped":
            add(Token(_ESCAPED.get(value, value), value, spaced))
        spaced = False
        if len(found) > MOST_TOKENS:
            raise UnreadError("too many signs")
    return _shallow(found)


_MEANT = re.compile(r"\s*(?:\\(?:overline|bar|dot)(?![a-zA-Z])|[^\s)\]}])")  # a full stop may be left out elsewhere
_ESCAPED = {"{": "\\{", "}": "\\}", "|": "||"}
_ALIKE = {"**": "^", "=<": "<=", "=>": "to", "<>": "!=", "==": "=", ":=": "="}
_PLAIN = {  # words of programs and of plain text
    "pi": "\\pi", "Pi": "\\pi", "PI": "\\pi", "infinity": "infty", "Infinity": "infty", "inf": "infty", "oo": "infty",
    "and": "and", "or": "or", "mod": "mod", "union": "union", "choose": "choose", "degrees": "degree",
    "degree": "degree", "deg": "degree", "nan": "unread", "frac": "frac",
}  # fmt: skip
_PLAIN_GREEK = words("alpha beta gamma delta theta lambda omega sigma tau phi mu rho epsilon psi")


def _letters(text: str, at: int, value: str, spaced: bool, add) -> int:
    """A run of letters: a name, a function, or letters of which the grammar has to make something."""
    if len(value) == 1:
        add(Token("name", value, spaced))
    elif value in _PLAIN:
        sign = _PLAIN[value]
        add(Token("name", "\\pi", spaced) if sign == "\\pi" else Token(sign, value, spaced))
    elif value in FUNCTIONS and value in _WORDS_AS_FUNCTIONS:
        add(Token("call", FUNCTIONS[value], spaced))
    elif value in _PLAIN_GREEK:
        add(Token("name", f"\\{value}", spaced))
    else:
        for name in _GLUED:  # sinx, pir
            rest = value[len(name) :]
            if value.startswith(name) and len(rest) <= 1:
                add(Token("call", FUNCTIONS[name], spaced))
                if rest:
                    add(Token("name", rest, False))
                return at
        add(Token("letters", value, spaced))
    return at


_GLUED = ("sin", "cos", "tan", "log", "ln", "exp")


def _braced(text: str, at: int) -> tuple[str, int] | None:
    """What stands in the braces that begin at or after blanks, and where they end."""
    while text.startswith(" ", at):
        at += 1
    close = _braces(text).get(at)
    return None if close is None else (text[at + 1 : close], close + 1)


@lru_cache(maxsize=4)
def _braces(text: str) -> dict[int, int]:
    """Where each brace that closes opens, and where it closes."""
    opened: list[int] = []
    found = {}
    for match in _BRACES.finditer(text):
        if match.group() == "{":
            opened.append(match.start())
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.start()
    return found


_BRACES = re.compile(r"\\.|[{}]", re.DOTALL)


def _command(text: str, at: int, name: str, spaced: bool, add) -> int:
    """A command; where it is none but a blank, minus the place after it."""
    if name in _SIGN_OF:
        sign = _SIGN_OF[name]
        if sign in ("begin", "end"):
            found = _braced(text, at)
            if found is None:
                raise UnreadError(f"\\{name} without a name")
            environment, at = found
            if sign == "begin" and environment in ("array", "tabular"):
                columns = _braced(text, at)
                at = columns[1] if columns else at
            add(Token(sign, environment.rstrip("*"), spaced))
            return at
        add(Token(sign, name, spaced))
        return at
    if name in FUNCTIONS and name != "Gamma":
        add(Token("call", FUNCTIONS[name], spaced))
        return at
    if name in _LETTERS or name == "pi":
        add(Token("name", "\\" + _SAME_LETTER.get(name, name), spaced))
        return at
    if name in _SKIPPED:
        if name in ("left", "right") and text[at : at + 1] == ".":
            at += 1
        elif name in ("hspace", "vspace", "label") and (found := _braced(text, at)):
            at = found[1]
        return -at
    if name in _SPACES:
        add(Token("quad", name, spaced))
        return at
    if name in _TEXT or name in _ROMAN:
        found = _braced(text, at)
        if found is None:
            return -at
        content, at = found
        for token in _of_text(content, name in _ROMAN, spaced):
            add(token)
        return at
    if name in ("mathbb", "Bbb"):
        letter = _BLACKBOARD.match(text, at)
        if letter is None:
            raise UnreadError("\\mathbb without a letter")
        add(Token("name", f"\\mathbb{letter[1]}", spaced))
        return letter.end()
    if name in _ACCENTS:
        add(Token("accent", _ACCENTS[name], spaced))
        return at
    if name in _SHOWN:
        return -at
    if name in ("tag", "color", "textcolor") and (found := _braced(text, at)):
        return -found[1]
    if name in ("sqrt",):
        add(Token("call", "sqrt", spaced))
        return at
    for length in range(len(name) - 1, 1, -1):  # \cdotx, \pir
        known = name[:length] in _SIGN_OF or name[:length] in _LETTERS or name[:length] == "pi"
        if known and len(name) - length <= 2:
            return _command(text, at - (len(name) - length), name[:length], spaced, add)
    add(Token("unread", f"\\{name}", spaced))
    return at


_STRIPPED = re.compile(r"\\[ ,;:!]|~|[$]|\s+")


def _of_text(content: str, roman: bool, spaced: bool) -> list[Token]:
    """The tokens of a text: `and` and `or` at its ends join what stands around it."""
    content = " ".join(_STRIPPED.sub(" ", content).split())
    bare = content.replace(" ", "") if roman else content
    if bare in FUNCTIONS and bare not in ("deg", "abs", "min", "max"):
        return [Token("call", FUNCTIONS[bare], spaced)]
    if bare in ("max", "min") and roman:
        return [Token("call", bare, spaced)]
    inner = content.strip(",; ")
    found = []
    if first := _JOINS_BEFORE.match(inner):
        found.append(Token(first[1].lower(), first[1], True))
        inner = inner[first.end() :].lstrip(",; ")
    last = _JOINS_AFTER.search(inner)
    inner = inner[: last.start()].rstrip(",; ") if last else inner
    if inner:
        found.append(Token("roman" if roman else "text", inner, spaced))
    if last:
        found.append(Token(last[0].lower(), last[0], True))
    return found


_JOINS_BEFORE = re.compile(r"(and|or)\b(?!$)", re.IGNORECASE)
_JOINS_AFTER = re.compile(r"\b(?:and|or)$", re.IGNORECASE)


def _shallow(found: list[Token]) -> list[Token]:
    """The same without brackets around nothing but the same brackets. UnreadError where what is left is too deep."""
    opened: list[int] = []
    closes: dict[int, int] = {}
    deepest = 0
    for place, token in enumerate(found):
        if token.kind in ("(", "{"):
            opened.append(place)
            if len(opened) > deepest:
                deepest = len(opened)
        elif token.kind in (")", "}") and opened:
            closes[opened.pop()] = place
    if deepest < 2:
        return found
    needless = {
        at
        for place, close in closes.items()
        if closes.get(place + 1) == close - 1 and found[place].kind == found[place + 1].kind == "("
        for at in (place, close)
    }
    if needless:
        found = [token for place, token in enumerate(found) if place not in needless]
    if deepest > DEEPEST:
        depth = 0
        for token in found:
            depth += token.kind in ("(", "{")
            depth -= token.kind in (")", "}")
            if depth > DEEPEST:
                raise UnreadError("too many brackets within one another")
    return found
