"""Notation: answers as people, programs and golds write them, as the LaTeX that the parser reads as meant.

Numbers in any of their spellings, typography, names of constants and functions without a backslash, words that only
say for whom an answer holds. Text for text, in time linear in it; what is mathematics is decided elsewhere.
"""

import re
import unicodedata
from fractions import Fraction


def compiled(*rules: tuple[str, str]) -> tuple[tuple[re.Pattern, str], ...]:
    """Rules of rewriting, each a pattern and what takes its place."""
    return tuple((re.compile(pattern), by) for pattern, by in rules)


def rewritten(text: str, rules: tuple[tuple[re.Pattern, str], ...]) -> str:
    """A text after all rules, in their order."""
    for pattern, by in rules:
        text = pattern.sub(by, text)
    return text


# --- typography ------------------------------------------------------------------------------------------------------

INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0])
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₍₎", "0123456789+-()")
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+")
LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋₍₎]+")
SYMBOLS = {
    "−": "-", "﹣": "-", "–": "-", "×": r"\times ", "·": r"\cdot ", "⋅": r"\cdot ", "∙": r"\cdot ", "÷": "/", "∗": "*",
    "⁄": "/", "∕": "/", "π": r"\pi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ", "⩽": r"\le ", "⩾": r"\ge ",
    "≠": r"\ne ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "±": r"\pm ", "°": r"^{\circ}", "∅": r"\emptyset ",
    "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "≈": r"\approx ", "∀": r"\forall ",
    "ϕ": r"\phi ", "…": r"\ldots ",
}  # fmt: skip
SYMBOLS |= {letter: f"\\{name} " for letter, name in zip("αβγδθλμρστφω", (
    "alpha", "beta", "gamma", "delta", "theta", "lambda", "mu", "rho", "sigma", "tau", "phi", "omega"
), strict=True)}  # fmt: skip
VULGAR_FRACTION = re.compile(r"(\d*)([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])")
ROOT = re.compile(r"√\s*(\d+|[a-z]\b|\([^()]*\))")


def plain(answer: str) -> str:
    """An answer without typographic disguise: no invisible characters, ASCII digits and signs, ½, √2 and x² as LaTeX,
    one pair of the parentheses around a whole ((...))."""
    if not answer.isascii() or "\0" in answer:
        answer = answer.translate(INVISIBLE)
        answer = RAISED.sub(lambda match: f"^{{{match.group().translate(SUPERSCRIPTS)}}}", answer)
        answer = LOWERED.sub(lambda match: f"_{{{match.group().translate(SUBSCRIPTS)}}}", answer)
        answer = VULGAR_FRACTION.sub(_vulgar, answer)
        answer = answer.translate(str.maketrans(SYMBOLS))
        answer = ROOT.sub(r"\\sqrt{\1}", unicodedata.normalize("NFKC", answer))
    return _without_repeated_parentheses(answer)


def _vulgar(match: re.Match) -> str:
    over, _, under = unicodedata.normalize("NFKC", match[2]).partition("⁄")
    return f"{match[1]}\\frac{{{over}}}{{{under}}}"


def _without_repeated_parentheses(answer: str) -> str:
    text = answer.replace("\\left(", "(").replace("\\right)", ")")
    if not text.startswith("(("):
        return answer
    opened, closes = [], {}
    for i, character in enumerate(text):
        if character == "(":
            opened.append(i)
        elif character == ")" and opened:
            closes[opened.pop()] = i
    layers = 0
    while closes.get(layers) == len(text) - 1 - layers:
        layers += 1
    return text[layers - 1 : len(text) - layers + 1] if layers > 1 else answer


# --- LaTeX -----------------------------------------------------------------------------------------------------------

SPACE = r"(?:,\\!\s?|,\\,|\{,\}|\\,|\\!|\\;|\\:|\\ |~|(?<=\d) (?=\d))"  # between thousands
THIN = re.compile(r"(?<!\\)\\[,;:! ]|~")
NO_LIST = r"(?![\d/])(?!\s*\\frac)"
THOUSANDS = re.compile(rf"(?<![\d.,])(\d{{1,3}}(?:{SPACE}\d{{3}})+){NO_LIST}")
COMMAS = re.compile(rf"(?<![\d.,])(\d{{1,3}}(?:,\d{{3}})+){NO_LIST}")  # or a list
POWER_OF_TEN = r"\s*(?:\\times|\\cdot|\*|x)\s*10\s*(?:\^|\*\*)\s*"
RULES = compiled(  # in this order
    (r"\\\\(?=(?:[dtc]?frac|sqrt|pi|left|right|text|boxed|cdot|times|infty|cup|le|ge|[bB]ig+[lr]?|sin|cos|tan|log|ln)"
     r"(?![a-z]))", r"\\"),
    (r"<\|[^|>\n]*\|>", ""),
    (r"\\(?:boxed|fbox)(?![a-zA-Z{])\s*", ""),
    (r"<sup>([^<>]*)</sup>", r"^{\1}"),
    (r"<sub>([^<>]*)</sub>", r"_{\1}"),
    (r"(?:,|\s)*\\(?:text|mathrm)\{\s*for (?:all|any|every|each)\b[^{}]*\}[^,;\\]*(?:\\in\s*\\mathbb\s*\{?\w\}?)?", ""),
    (r"\\(?:left|right|[bB]igg?[lrm]?)(?![a-zA-Z])", ""),
    (r"\\(?:displaystyle|textstyle|limits|mathstrut)(?![a-zA-Z])", " "),
    (r"(?<![a-zA-Z.])(?:np|math|numpy|sympy|sp)\.(?=[a-z])", ""),
    (r"\x0c(?=rac)", r"\\f"),  # of an answer that was no raw string
    (r"\\(?:text|mathrm|operatorname)\{\s*(sin|cos|tan|cot|sec|csc|log|ln|arcsin|arccos|arctan)\s*\}", r"\\\1"),
    (r"\\?[$]|\\[()]|[£€¥](?=\s*\d)", ""),
    (r"\\dfrac|\\tfrac|\\cfrac", r"\\frac"),
    (r"\\frac\s*(\d)\s*(\\[a-z]+|[a-z])(?![a-z{])", r"\\frac{\1}{\2}"),
    (r"\*\*", "^"),
    (r"(\d)\s*\^?\s*\{?\s*(?:\\(?:text|mathrm|textrm|rm)\s*\{?)?\s*(?<![a-zA-Z])(?:st|nd|rd|th)\b\}{0,2}", r"\1"),
    (r"(?<![a-zA-Z\\])[A-Za-z]{3,}\s*:\s*(?=[-\d\\(])", ""),  # Minimum: 1
    (r"(?:,|\\q?quad|\s|~)*(?:\\(?:text|mathrm|textrm|mbox)\{[^{}]*\band\b[^{}]*\}|;|\band\b)"
     r"(?:,|\\q?quad|\s|~)*(?=\S)", ", "),
    (r"\.(?=[\])}]\s*$)|\\$", ""),
    (r"(?<![a-zA-Z\\])i(?=\()", r"i \\cdot "),
    # 4.5e33, 4.5 x 10^33, 10^33
    (r"(?<![\w.\\])((?:\d+\.?\d*|\.\d+))\s?[eE]([+-]?\d+)(?![\w.])", r"\1 \\times 10^{\2}"),
    (rf"(\d)\.?{POWER_OF_TEN}\(?([+-]?\d+)\)?(?![\d}}])", r"\1 \\times 10^{\2}"),
    (rf"(\d)\.?{POWER_OF_TEN}\{{\s*\+?(-?\d+)\s*\}}", r"\1 \\times 10^{\2}"),
    (r"\^\s*(-?\d{2,})", r"^{\1}"),
    (r"\^\s*\(([^()]*)\)", r"^{\1}"),
    (r"(?<![\d.])(\d+)\s+(\d+)\s*/\s*(\d+)(?![\d/.])", r"(\1+\\frac{\2}{\3})"),  # 19 19/20
    (r"(?<![a-zA-Z\\])(?:Pi|PI|pi)(?![a-zA-Z])", r"\\pi "),
    (r"(?<![a-zA-Z\\])([+-]?)(?:infinity|Infinity|inf|oo)(?![a-zA-Z])", r"\1\\infty "),
    (r"(?<![a-zA-Z\\])sqrt\s*\{", r"\\sqrt{"),
    (r"(?<![a-zA-Z\\])(arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|cot|sec|csc|exp|log|ln)(?=\s*[({]|\s+[a-z0-9\\])",
     r"\\\1"),
    (r"(?<![a-zA-Z\\])a(sin|cos|tan)(?=\s*\()", r"\\arc\1"),
    (r"(?<![a-zA-Z\\])(alpha|beta|gamma|delta|theta|lambda|omega|sigma|tau|phi)(?![a-zA-Z])", r"\\\1 "),
    (r"(\d)\.(?=\s*[/*)}])", r"\1"),
    (r"\+\s*-", "-"),
    (r"\+\s*(?=\\infty)", ""),
    (r"(?<=[\w)}\s])\s*\*\s*(?=[\w(\\{-])", r" \\cdot "),
    (r"!=|\\neq?(?![a-zA-Z])", r"\\ne "),
    (r"<=|\\leqslant|\\leqq?(?![a-zA-Z])", r"\\le "),
    (r">=|\\geqslant|\\geqq?(?![a-zA-Z])", r"\\ge "),
)  # fmt: skip
FOR_WHOM = re.compile(  # at the end of an answer: for whom it holds
    r"(?:,|\\quad|\\qquad|\\[,;: ]|\s|\()*(?:\\(?:text|mathrm|textrm|mbox)\{\s*,?\s*\(?(?:for|where)\b"
    r"|\bfor (?:all|any|every|each|some)\b|,\s*where\b|\\forall).*$",
    re.DOTALL,
)
FUNCTION_ROOT = re.compile(r"(?<![a-zA-Z\\])sqrt\s*\(")


WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBER_WORDS = {word: str(number) for number, word in enumerate(WORDS)}


def spelled(answer: str, as_list: bool = False) -> str:
    """An answer, already `plain`, in the LaTeX that the parser reads as meant.

    as_list: what may be the commas of thousands, as in 1,250, are those of a list.
    """
    kept = FOR_WHOM.sub("", answer)
    answer = kept if kept.strip() and "=" not in answer[len(kept) :].partition("and")[2] else answer
    answer = NUMBER_WORDS.get(answer.strip().casefold(), answer)
    answer = _without_layout(answer)
    answer = THOUSANDS.sub(lambda match: re.sub(SPACE, "", match[1]), rewritten(answer, RULES))
    if not as_list:
        answer = COMMAS.sub(lambda match: match[1].replace(",", ""), answer)
    answer = THIN.sub(" ", answer)
    while match := FUNCTION_ROOT.search(answer):
        answer = _root(answer, match)
    return answer.strip().removesuffix(".").strip()


MATRIX = re.compile(r"^\s*\\begin\{(p|b|)matrix\}([^&]*)\\end\{\1matrix\}\s*$")


def _without_layout(answer: str) -> str:
    """A column whose rows are pieces of one formula, such as `\\frac{`, is a way to set it, not a matrix."""
    match = MATRIX.match(answer)
    if match and any(row.count("{") != row.count("}") for row in match[2].split("\\\\")):
        return match[2].replace("\\\\", " ")
    return answer


def _root(answer: str, match: re.Match) -> str:
    """sqrt(...) as \\sqrt{...}."""
    depth = 1
    for i in range(match.end(), len(answer)):
        depth += {"(": 1, ")": -1}.get(answer[i], 0)
        if depth == 0:
            return f"{answer[: match.start()]}\\sqrt{{{answer[match.end() : i]}}}{answer[i + 1 :]}"
    return f"{answer[: match.start()]}\\sqrt {answer[match.end() :]}"


# --- numerals --------------------------------------------------------------------------------------------------------

SIMPLE = r"(?:\d+\.?\d*|\.\d+)"
TERM = rf"{SIMPLE}(?: ?\\times 10\^\{{[+-]?\d+\}})?|10\^\{{[+-]?\d+\}}"
NUMERAL = re.compile(
    rf"(?P<sign>[+-]?)\s*(?:(?P<whole>\d+)?\s*\\frac\s*\{{\s*(?P<minus>-?)(?P<over>{SIMPLE})\s*\}}\s*\{{\s*(?P<under>{SIMPLE})\s*\}}"
    rf"|\(?(?P<term>{TERM})\)?(?:\s*/\s*\(?(?P<by>{TERM})\)?)?)",
)
LARGEST_EXPONENT = 4000


def numeral(text: str) -> tuple[Fraction, bool] | None:
    """The exact value of a `spelled` numeral, and whether it is written as a decimal; None of anything else."""
    match = NUMERAL.fullmatch(text.strip())
    if match is None or text.count("(") != text.count(")"):
        return None
    if match["over"] is not None:
        parts = [match["over"], match["under"]]
        value = Fraction(match["over"]), Fraction(match["under"])
        if not value[1] or (match["whole"] and match["minus"]):
            return None
        value = int(match["whole"] or 0) + value[0] / value[1] * (-1 if match["minus"] else 1)
    else:
        parts = [match["term"], match["by"] or ""]
        over, under = _term(match["term"]), _term(match["by"] or "1")
        if over is None or not under:
            return None
        value = over / under
    return (-value if match["sign"] == "-" else value), any("." in part for part in parts)


def _term(text: str) -> Fraction | None:
    mantissa, _, power = text.replace(" ", "").partition("10^{") if "10^{" in text else (text, "", "")
    exponent = int(power.rstrip("}") or 0) if len(power) < 8 else LARGEST_EXPONENT + 1
    if abs(exponent) > LARGEST_EXPONENT or len(mantissa) > LARGEST_EXPONENT:
        return None
    return Fraction(mantissa.removesuffix("\\times") or 1) * Fraction(10) ** exponent
