"""Reading answers of mathematics, and comparing them.

The gold answer is read first: its kind, symbols and unit decide how an answer to it is read. A gold that may have
several meanings has several readings; one of them must match.
"""

import itertools
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from flint import fmpq

from boundary.verifying.mathematics.comparison import FIRST_BITS, NO_INTEGERS, Comparison
from boundary.verifying.mathematics.grammar import Style, parse
from boundary.verifying.mathematics.meaning import (
    Letter,
    Meaning,
    Named,
    Percentage,
    Quantity,
    Scalar,
    Several,
    Text,
    changed,
    facts_of,
    meaning,
    rough,
)
from boundary.verifying.mathematics.tokens import LONGEST, UnreadError, in_ascii, tokens
from boundary.verifying.mathematics.tree import (
    Call,
    Chain,
    Conditioned,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)

KINDS = {
    "Scalar": "expression", "Infinite": "number", "Quantity": "quantity", "Percentage": "percentage",
    "Digits": "digits in a base", "Time": "time or ratio", "Text": "text", "Letter": "choice", "Named": "named value",
    "Equation": "equation", "Order": "inequality", "Region": "interval", "Several": "list", "Grid": "matrix",
    "Pieces": "piecewise", "Residue": "residue", "Family": "set by condition",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Reading:
    """One way to read an answer. rule: the rule that failed, if nothing reads it."""

    text: str
    meaning: Meaning | None = None
    node: Node | None = None
    integers: frozenset[str] = frozenset()
    rule: str | None = None

    @property
    def kind(self) -> str:
        """number, expression, equation, interval, list, tuple, set, matrix, choice, text, ... or unread."""
        found = self.meaning
        if found is None:
            return "unread"
        if isinstance(found, Scalar) and not found.names:
            return "number"
        if isinstance(found, Several):
            return {"(": "tuple", "[": "tuple", "<": "tuple"}.get(found.kind, found.kind)
        return KINDS[found.__class__.__name__]


@dataclass(slots=True, eq=False)
class Gold:
    """A gold answer, in all its readings. style: how answers to it are read."""

    text: str
    readings: list[Reading]
    symbols: frozenset[str]
    functions: frozenset[str]
    styles: list[Style] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.readings[0].kind

    @property
    def unit(self) -> str | None:
        found = self.readings[0].meaning
        return (
            " ".join(f"{n}^{p}" if p != 1 else n for n, p in found.unit.items())
            if isinstance(found, Quantity)
            else None
        )

    @property
    def rule(self) -> str | None:
        """The rule that failed, for a gold that nothing reads."""
        return self.readings[0].rule if self.readings[0].meaning is None else None


# --- golds -----------------------------------------------------------------------------------------------------------

_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_COMMAS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d/])")
_CAPITAL = re.compile(
    r"\s*+\(?\s*+(?:\\(?:text|mathrm|textbf|mathbf)\s*+\{)?\s*+\(?\s*+([A-Z])\s*+\)?\s*+\}?\s*+\)?\s*+[.:]?\s*+"
)
_SHORT_TEXT = re.compile(r"[^\W\d_]+(?:[ '\-][^\W\d_]+)*[.]?")
MOST_WORDS = 5


@lru_cache(maxsize=4096)
def read(text: str) -> Gold:
    """A gold answer. Never fails: a gold that no rule reads has `rule`, and kind `unread`, and equals only the same
    text."""
    shown = _content(text)
    readings: list[Reading] = []
    letter = _CAPITAL.fullmatch(shown.replace("$", ""))
    if letter:
        readings.append(Reading(text, Letter(letter[1])))
    first: str | None = None
    for style in _gold_styles(shown):
        found = _read(shown, style)
        if found.meaning is not None:
            readings.append(found)
        first = first or found.rule
    words = _short_text(shown)
    if words is not None and not letter and (not readings or _in_words(shown)):
        readings.append(Reading(text, Text(words)))
    if not readings:
        for part in (*_in_prose(shown), *_last_of_chain(shown)):
            found = _read(part, Style(of_gold=True))
            if found.meaning is not None:
                readings.append(found)
                break
    if not readings:
        readings = [Reading(text, rule=first or "no rule")]
    symbols: set[str] = set()
    functions: set[str] = set()
    for reading in readings:
        if reading.node is not None:
            facts = facts_of(reading.node)
            symbols |= facts.names
            functions |= facts.functions
    scalar_only = all(isinstance(reading.meaning, Scalar | Quantity) for reading in readings)
    units = not symbols and scalar_only
    styles = [Style(frozenset(symbols), frozenset(functions), units, commas) for commas in (True, False)]
    return Gold(text, readings, frozenset(symbols), frozenset(functions), styles)


def _gold_styles(text: str) -> list[Style]:
    styles = [Style(of_gold=True)]
    if _COMMAS.search(text):
        styles.append(Style(of_gold=True, commas=False))
    if re.search(r"\d\s++[a-zA-Z]\s*+(?:\^\s*+\{?\d\}?\s*+)?\$?\s*+$", text):
        styles.append(Style(of_gold=True, units=True))
    return styles


def _content(text: str) -> str:
    """What a gold boxes, several boxes as a list; else the whole."""
    text = text[:-1] if text.endswith("\\") and not text.endswith("\\\\") else text
    if not _BOXED.search(text):
        return text
    found, at = [], 0
    while match := _BOXED.search(text, at):
        depth, place = 1, match.end()
        while place < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[place], 0) if text[place - 1] != "\\" else 0
            place += 1
        if depth:
            break
        found.append(text[match.end() : place - 1])
        at = place
    return ", ".join(dict.fromkeys(part.strip() for part in found)) if found else text


def _short_text(text: str) -> str | None:
    """A text of few words, in lower case; None of anything else."""
    bare = _undressed(text)
    if _SHORT_TEXT.fullmatch(bare) and len(bare.split()) <= MOST_WORDS and len(bare) > 1:
        return _normal(bare)
    return None


_DRESS = re.compile(r"\\(?:text|mathrm|textbf|mathbf|textit|mbox|textrm|operatorname|emph)\s*\{([^{}]*)\}")


def _undressed(text: str) -> str:
    return " ".join(_DRESS.sub(r"\1", text).replace("$", " ").replace("\\ ", " ").replace("~", " ").split())


def _in_words(text: str) -> bool:
    """Whether a text is one or more words, not letters or names of mathematics."""
    return all(token.kind in ("letters", "text", "roman", "quad") for token in tokens(text))


def _normal(text: str) -> str:
    return " ".join(_HYPHEN.sub(" ", text.casefold()).split()).strip(" .,")


_HYPHEN = re.compile(r"(?<=\w)-(?=\w)")


def _read(text: str, style: Style) -> Reading:
    try:
        node = parse(text, style)
        integers = frozenset(node.integers) if isinstance(node, Conditioned) else frozenset()
        return Reading(text, meaning(node), node, integers)
    except UnreadError as error:
        return Reading(text, rule=str(error))
    except RecursionError:
        return Reading(text, rule="too deep")


# --- prose -----------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(
    r"\\\[((?:[^\\]|\\(?![\[\]]))++)\\\]|\$\$([^$]++)\$\$|(?<![\\\d])\$([^$]++)(?<!\\)\$|"
    r"\\\(((?:[^\\]|\\(?![()]))++)\\\)|(?<!\\)\$([^$]++)(?<!\\)\$"
)
_SAYS = re.compile(r"\b(?:is|are|equals|be|=|:)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.\\^{])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?\s*(?:\\?%)?")
_SENTENCE = re.compile(
    r"(?=.*[A-Za-z]{2})(?:\s|\\(?:text|mathrm|textrm|mbox)\s*+\{|[}.,:;'’]|(?<=\w)-(?=\w)|[Aa]\b|[A-Za-z]{2,}+)*+",
    re.DOTALL,
)
_PLAIN_WORDS = re.compile(r"(?=.*[A-Za-z])(?:[A-Za-z\s.,()'!?-]|\\(?:text|mathrm|textrm|mbox)\b|[{}$])*+")


_EXPLAINS = re.compile(
    r"[\s,;.]*+(?:where|with|when|whenever|provided|such that|in which|for (?:all|any|some|every|each))\b"
)
_GIVES = re.compile(r"\b(?:is|are|equals|gives?|get)\s*+\Z")


def _told(text: str) -> list[re.Match]:
    """The formulas of a sentence up to the one that it gives: its last, or the one that the rest explains ("where")."""
    formulas = list(_FORMULA.finditer(text))
    for at, one in enumerate(formulas[:-1], start=1):
        if _EXPLAINS.match(text, one.end()):
            between = (text[before.end() : after.start()] for before, after in itertools.pairwise(formulas[at - 1 :]))
            if not any(map(_GIVES.search, between)):
                return formulas[:at]
    return formulas


def _in_prose(text: str) -> list[str]:
    """What a sentence gives as its value: its formula, or its only number."""
    formulas = _told(text)
    if formulas and _SENTENCE.fullmatch(_FORMULA.sub(" ", text)):
        return [next(filter(None, formulas[-1].groups()))]
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1 and _PLAIN_WORDS.fullmatch(text.replace(numbers[0], "", 1)):
        return [numbers[0]]
    return []


def _last_of_chain(text: str) -> list[str]:
    """The last side of equalities of which no rule reads another one, such as a limit or an integral."""
    depth = place = 0
    for at, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "=" and depth == 0 and text[at - 1 : at] not in ("<", ">", "!") and "," not in text:
            place = at + 1
    return [text[place:].strip(" $")] if place > 1 else []


# --- answers ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _answer(text: str, style: Style) -> Reading:
    found = _read(text, style)
    if found.meaning is None:
        words = _short_text(text)
        if words is not None:
            return Reading(text, Text(words))
        for part in (*_in_prose(text), *_last_of_chain(text)):
            other = _read(part, style)
            if other.meaning is not None:
                return other
    return found


_LABEL = re.compile(
    r"\s*+(?:\\(?:text|mathrm|textbf|mathbf)\s*+\{\s*+\(?([A-Z])(?:\)[.:]?|[.:])[^{}]*+\}|\(([A-Z])\)[.:]?|([A-Z])(?:\)[.:]?|[.:]|\s+[-–—])(?=\s|\\|\d|$))"
)


def _labelled(text: str) -> tuple[str, str] | None:
    """The label of a choice at the beginning of an answer, and what follows it."""
    if whole := _CAPITAL.fullmatch(text.replace("$", "")):
        return whole[1], ""
    label = _LABEL.match(text.replace("$", ""))
    if label is None:
        return None
    return next(filter(None, label.groups())), text.replace("$", "")[label.end() :].strip("\\ ,;~")


def equal(gold: str | Gold, answer: str) -> bool:
    """Whether an answer equals a gold answer, both as written. Never fails, whatever the answer is."""
    gold = read(gold) if isinstance(gold, str) else gold
    return any(_equal(gold, reading, answer) for reading in gold.readings)


_FRACTION = r"-?(?:\d+\s*)?\\[dt]?frac\s*\{-?[\d.]+\}\s*\{[\d.]+\}"
_TERM = (
    rf"(?:{_FRACTION}|" + r"-?(?:\d{1,3}(?:,\d{3})+|\d+|\.\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?(?:\s?/\s?\d+)?(?:\s*\\?%)?)"
)
_LAST_NUMBERS = re.compile(rf"(?<![A-Za-z0-9_.\\^{{])(?<!\d[-/]){_TERM}(?:(?:, and |, or |, | and | or ){_TERM})*")
_JOINT = re.compile(r"[\s.]*+(?:,?\s*+\b(?:and|or)\b|,|;|\\text\{\s*+(?:and|or)\s*+\})\s*+")


def equal_in_sentence(gold: str | Gold, sentence: str) -> bool:
    """Whether the result of a sentence equals a gold answer: its last formula or number, or several."""
    gold = read(gold) if isinstance(gold, str) else gold
    if equal(gold, sentence.strip().rstrip(".")):
        return True
    formulas = _told(sentence)
    if formulas:
        parts = [next(filter(None, formulas[-1].groups()))]
        for one, other in zip(formulas[-2::-1], formulas[:0:-1], strict=True):
            if not _JOINT.fullmatch(sentence, one.end(), other.start()):
                break
            parts.insert(0, next(filter(None, one.groups())))
        return equal(gold, ", ".join(parts))
    numbers = list(_LAST_NUMBERS.finditer(in_ascii(sentence)))
    return bool(numbers) and equal(gold, numbers[-1].group())


def _equal(gold: Gold, right: Reading, answer: str) -> bool:
    if isinstance(right.meaning, Letter):
        label = _labelled(answer)
        return label is not None and label[0] == right.meaning.letter
    if right.meaning is None:
        return _letters(gold.text) == _letters(answer)
    if isinstance(right.meaning, Text):
        return _short_words(answer) == right.meaning.words
    if len(answer) > LONGEST:
        return False
    for style in gold.styles if _COMMAS.search(answer) else gold.styles[:1]:
        if _matches(right, _answer(answer, style)):
            return True
    label = _labelled(answer)
    if label and label[1] and not isinstance(right.meaning, Letter):
        return _matches(right, _answer(label[1], gold.styles[0]))
    return False


def _matches(right: Reading, given: Reading) -> bool:
    if given.meaning is None:
        return False
    try:
        integers = right.integers | given.integers
        return Comparison(integers).same(right.meaning, given.meaning) or _renamed(right, given)
    except (UnreadError, RecursionError):  # what is only met when both are put together
        return False


def _last_side(node: Node) -> Node:
    node = node.value if isinstance(node, Conditioned) else node
    return node.sides[-1] if isinstance(node, Chain) and "=" in node.relations else node


_CONSTANT = re.compile(r"[CcKk](?:_\w+)?")
MOST_RENAMED = 3


def _renamed(right: Reading, given: Reading) -> bool:
    """Whether the answer is right where its letters are called as the gold calls them.

    Free constants and integers may have other names, and any letter may be a capital instead.
    """
    if right.node is None or given.node is None:
        return False
    ours, theirs = (facts_of(_last_side(reading.node)).names for reading in (right, given))
    only_ours, only_theirs = sorted(ours - theirs), sorted(theirs - ours)
    if not only_ours or len(only_ours) != len(only_theirs) or len(only_ours) > MOST_RENAMED:
        return False
    alike = [name.swapcase() in only_theirs and name.swapcase() not in ours for name in only_ours]
    if not all(alike) and not (
        all(_CONSTANT.fullmatch(name) or name in right.integers for name in only_ours)
        and all(_CONSTANT.fullmatch(name) or name in given.integers for name in only_theirs)
    ):
        return False
    for order in itertools.permutations(only_ours):
        names = dict(zip(only_theirs, order, strict=True))
        if all(alike) and any(name.swapcase() != other for name, other in names.items()):
            continue
        node = changed(
            given.node,
            lambda inner, names=names: (
                Symbol(names[inner.name]) if isinstance(inner, Symbol) and inner.name in names else None
            ),
        )
        integers = right.integers | {names.get(name, name) for name in given.integers}
        try:
            if Comparison(frozenset(integers)).same(right.meaning, meaning(node)):
                return True
        except UnreadError:
            continue
    return False


def _letters(text: str) -> str:
    """A text that no rule reads, for comparison with itself alone."""
    try:
        shown = [token.value if token.kind in _NAMES else token.kind for token in tokens(_content(text))]
        return _ONE_IN_BRACES.sub(r"\1", " ".join(word for word in shown if word != "quad"))
    except UnreadError:
        return "".join(text.split())


_ONE_IN_BRACES = re.compile(r"\{ (\S+) \}")
_NAMES = frozenset(("number", "name", "letters", "call", "text", "roman", "unread", "begin", "end", "accent"))


def _short_words(text: str) -> str | None:
    return _normal(_undressed(_content(text)))


# --- numbers and words, for what is compared in other ways -----------------------------------------------------------

_PLAIN = Style()


def number(text: str) -> float | None:
    """The real number of an answer, without its unit; None if it is not a real number."""
    found = _answer(text, _PLAIN).meaning
    found = found.body if isinstance(found, Named) else found
    found = found.value if isinstance(found, Quantity | Percentage) else found
    return rough(found) if isinstance(found, Scalar) and not found.names else None


def exact(text: str) -> tuple[Fraction, bool] | None:
    """The exact value of a numeral or fraction, and whether it is written as a decimal; None for anything else."""
    found = _answer(text, _PLAIN).meaning
    if not isinstance(found, Scalar) or found.names or not _is_numeral(found.node):
        return None
    value = found.at(None, FIRST_BITS, True, NO_INTEGERS)
    return (Fraction(int(value.p), int(value.q)), found.decimal) if isinstance(value, fmpq) else None


def _is_numeral(node: Node) -> bool:
    match node:
        case Number():
            return True
        case Quotient(over=over, under=under):
            return _is_numeral(over) and _is_numeral(under)
        case Call(name="neg", arguments=[inner]):
            return _is_numeral(inner)
        case Sum(items=[Number(last=None), Quotient(over=Number(), under=Number())]):
            return True
        case Product(items=[Number(), Power(base=Number(), exponent=inner)]) | Power(base=Number(), exponent=inner):
            return _is_numeral(inner)
    return False


def words(text: str) -> str:
    """A text in lower case, with single blanks, without formatting: the form in which answers in words are compared."""
    return " ".join(_undressed(_content(text)).casefold().split()).strip(" .")


def written_alike(answer: str, right: str) -> bool:
    """Whether two answers are the same text or the same number, however it is written."""
    if _letters(answer) == _letters(right):
        return True
    one, other = exact(answer), exact(right)
    return one is not None and other is not None and one[0] == other[0]
