"""The grammar: precedence climbing over the tokens of an answer, into a tree.

    answer    sequences of relations, by `;`, `or`, `and`, new lines, and inside these by commas
    relation  sides joined by = < > and the like
    sides     unions, sums, products (with and without a sign), powers and what follows a value (!, %, degrees, units)

What is fixed here: 1/2x is x/2 and a/bc is ac/b, from left to right as everywhere in programs; a function without
brackets takes the product that follows, up to the next function, bracket or sign: sin 2x cos x is sin(2x) cos(x), and
log x^2 is log(x^2).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from unicodedata import decimal

from flint import fmpq, fmpz

from boundary.verifying.mathematics.tokens import Token, UnreadError, tokens
from boundary.verifying.mathematics.tree import (
    Based,
    Builder,
    Call,
    Cases,
    Chain,
    Clock,
    Conditioned,
    Constant,
    Group,
    Matrix,
    Measure,
    Modulo,
    Node,
    Number,
    Percent,
    PlusMinus,
    Power,
    Product,
    Quotient,
    Sequence,
    Series,
    SetOperation,
    Sum,
    Symbol,
    Words,
)
from boundary.verifying.mathematics.units import SHORT, in_words, unit_named, words

LONGEST_NUMERAL = 5_000  # digits
LARGEST_EXPONENT = 5_000  # of ten, in 1e5000
MOST_BEFORE_UNIT = 40  # factors of a value that has a unit

# words of two and three letters that are never a product, unless the gold has all their letters
_STOPWORDS = words(
    "is are the for of to any all yes no not odd has its you we it so be by per few none one two six ten"
)
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBERS.split())}
_CONSTANTS = {"\\pi": "pi", "e": "e", "i": "i", "\\mathbbR": "R", "\\mathbbZ": "Z", "\\mathbbN": "N", "\\mathbbQ": "Q",
              "\\mathbbC": "C"}  # fmt: skip
_RELATIONS = frozenset(("=", "<", ">", "<=", ">=", "!=", "~", "in", "equiv"))
_ORDERS = frozenset(("<", ">", "<=", ">="))
_SETS = {"union": "union", "intersection": "intersection", "difference": "difference"}
_BRACKETS = {"(": ")", "{": "}", "[": "]"}
_BEFORE = words("only exactly about approximately around roughly thus so therefore hence")
_CONDITION = words(
    "for where with when if given provided whenever unless assuming as such"
)  # what begins a remark after a value
_OPERANDS = words("number name letters call frac binom sum prod ( { accent lfloor lceil infty begin empty overline")


@dataclass(frozen=True, slots=True)
class Style:
    """How an answer is read, decided by the gold answer.

    symbols, functions: its letters. units: whether a letter after a number may be a unit. commas: whether 1,234 is one
    number.
    """

    symbols: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    units: bool = False
    commas: bool = True
    of_gold: bool = False


@dataclass(slots=True)
class Parser:
    found: list[Token]
    style: Style
    at: int = 0
    bars: int = 0  # open | of absolute values
    inside: int = 0  # brackets, exponents and arguments around this
    integers: list[str] = field(default_factory=list)

    # --- helpers ---

    def kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.found[place].kind if place < len(self.found) else "end of answer"

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.found[place] if place < len(self.found) else None

    def take(self, kind: str) -> bool:
        if self.at < len(self.found) and self.found[self.at].kind == kind:
            self.at += 1
            return True
        return False

    def need(self, kind: str, rule: str) -> None:
        if not self.take(kind):
            raise UnreadError(f"{rule}: {kind!r} expected before {self.shown()}")

    def shown(self) -> str:
        token = self.peek()
        return repr(token.value) if token else "the end"

    # --- several values ---

    def answer(self) -> Node:
        node = self.sequence()
        if self.at < len(self.found):
            raise UnreadError(f"nothing reads {self.shown()}")
        return Conditioned(node, tuple(self.integers)) if self.integers else node

    def sequence(self, stops: Collection[str] = ()) -> Node:
        """Values by `;`, `or`, `and` and new lines; each may be several by commas."""
        groups, word = [self.commas(stops)], ""
        while self.at < len(self.found):
            kind = self.kind()
            if kind in stops:
                break
            joint = None
            while kind in ("or", "and", ";", "row", "quad", ",") or (
                kind == "letters" and self.found[self.at].value == "And"
            ):
                joint = kind if joint in (None, "quad", "row", ",") or kind in ("or", "and") else joint
                self.at += 1
                kind = self.kind()
            if joint is None or kind == "end of answer" or kind in stops:
                break
            if self.remark():
                break
            word = joint if joint in ("or", "and") else word or ","
            groups.append(self.commas(stops))
        if len(groups) == 1:
            return groups[0]
        return Sequence(groups, word)

    def commas(self, stops: Collection[str]) -> Node:
        items = [self.relation()]
        while self.kind() == "," and not self.remark_follows(1):
            if self.kind(1) in ("and", "or", "end of answer", ";", "row", "quad") or self.kind(1) in stops:
                if self.kind(1) == "quad" and self.kind(2) not in ("and", "or", "end of answer"):
                    self.at += 2
                    if self.remark():
                        break
                    items.append(self.relation())
                    continue
                if self.kind(1) in stops or self.kind(1) == "end of answer":
                    self.at += 1
                break
            self.at += 1
            if self.kind() == "dots":
                items.append(Symbol("…"))
                self.at += 1
                continue
            items.append(self.relation())
        self.remark()
        return items[0] if len(items) == 1 else Sequence(items, ",")

    def remark_follows(self, ahead: int) -> bool:
        while self.kind(ahead) in ("quad", ",", "(", ":"):
            ahead += 1
        token = self.peek(ahead)
        if token is None:
            return False
        if token.kind == "forall":
            return True
        if token.kind in ("text", "roman", "letters"):
            first = token.value.lower().strip(" (,.").split(" ")[0]
            return first in _CONDITION
        return token.kind == "name" and token.value.islower() and self._declares(ahead)

    def _declares(self, ahead: int) -> bool:
        """Whether a letter follows that is said to be in a set of numbers: k \\in Z."""
        while self.kind(ahead) == "name" and self.kind(ahead + 1) == ",":
            ahead += 2
        return (
            self.kind(ahead) == "name"
            and self.kind(ahead + 1) == "in"
            and (self.peek(ahead + 2) or Token("", "", False)).value
            in (
                "\\mathbbZ",
                "\\mathbbN",
                "\\mathbbR",
                "\\mathbbQ",
                "Z",
                "N",
                "R",
            )
        )

    def remark(self) -> bool:
        """Skip remarks about the letters of a value; a letter in Z or N is noted."""
        if not self.remark_follows(0):
            return False
        rest = self.found[self.at :]
        again = next((place for place, token in enumerate(rest) if token.kind in ("and", "or", ";")), len(rest))
        if any(token.kind == "=" for token in rest[again:]):  # f(x) = 1 for all x, and f(x) = 2 for all x
            self.note(rest[:again])
            self.at += again
            return False
        self.note(rest)
        self.at = len(self.found)
        return True

    def note(self, rest: list[Token]) -> None:
        for place, token in enumerate(rest):
            if (
                token.kind == "in"
                and place + 1 < len(rest)
                and rest[place + 1].value in ("\\mathbbZ", "\\mathbbN", "Z", "N")
            ):
                back = place - 1
                while back >= 0 and rest[back].kind == "name":
                    self.integers.append(rest[back].value)
                    back -= 2 if back >= 2 and rest[back - 1].kind == "," else len(rest)
            elif token.kind in ("text", "roman", "letters") and "integer" in token.value.lower():
                self.integers.extend(other.value for other in rest if other.kind == "name")

    # --- relations ---

    def relation(self) -> Node:
        while (
            self.kind() in ("text", "letters")
            and self.found[self.at].value.lower().strip(" :,") in _BEFORE
            and self.peek(1)
        ):
            self.at += 1
        if self.kind() in ("~", "=", "in"):
            self.at += 1
        left = self.sets()
        sides, relations = [left], []
        while True:
            kind = self.kind()
            if kind in _RELATIONS:
                self.at += 1
                if kind in ("=", "<", ">") and self.kind() == "=":
                    self.at += 1
                    kind = kind if kind == "=" else kind + "="
                if kind in ("=", "~") and self.kind() == "end of answer":
                    break
                relations.append(kind)
                sides.append(self.colons() if kind in _ORDERS else self.sets())
            elif kind == "to" and not self.inside:
                self.at += 1
                relations.append("=")
                sides.append(self.sets())
            else:
                break
        node = Chain(sides, relations) if relations else left
        if (name := _SETS.get(self.kind())) is not None:
            self.at += 1
            return SetOperation(name, node, self.relation())
        if self.kind() in ("pmod", "mod") or (self.kind() == "(" and self.kind(1) == "mod"):
            bracketed = self.take("(")
            self.at += 1
            bracketed = bracketed or self.kind() == "("
            node = Modulo(node, self.sets())
            self.take(")")
        return node

    def sets(self) -> Node:
        left = self.colons()
        while (name := _SETS.get(self.kind())) is not None:
            self.at += 1
            left = SetOperation(name, left, self.colons())
        return left

    def colons(self) -> Node:
        """A time or ratio, 3:1; or a value after its name."""
        left = self.sum()
        if self.kind() != ":":
            return left
        parts = [left]
        while self.kind() == ":" and self.kind(1) in _OPERANDS:
            self.at += 1
            parts.append(self.sum())
        if len(parts) == 1:
            return left
        half = None
        token = self.peek()
        if token and token.kind in ("text", "roman", "letters"):
            suffix = token.value.lower().replace(".", "").replace(" ", "")
            if suffix in ("am", "pm", "noon", "midnight"):
                half = suffix
                self.at += 1
        return Clock(parts, half)

    # --- sums and products ---

    def sum(self) -> Node:
        token_kind = self.kind()
        items: list[Node]
        if token_kind in ("pm", "mp"):
            self.at += 1
            left: Node = PlusMinus(None, self.product(), 1 if token_kind == "pm" else -1)
        elif token_kind == "-":
            self.at += 1
            left = negative(self.product(signed=True))
        else:
            self.take("+")
            left = self.product(signed=True)
        items = [left]
        while True:
            kind = self.kind()
            if kind == "+":
                self.at += 1
                if self.kind() == "dots":
                    raise UnreadError("a sum with dots")
                items.append(self.product(signed=True))
            elif kind == "-":
                self.at += 1
                items.append(negative(self.product(signed=True)))
            elif kind in ("pm", "mp"):
                self.at += 1
                left = items[0] if len(items) == 1 else Sum(items)
                items = [PlusMinus(left, self.product(), 1 if kind == "pm" else -1)]
            else:
                return items[0] if len(items) == 1 else Sum(items)

    def product(self, signed: bool = False) -> Node:
        """signed: a sign may come first, as in 2 + -3."""
        if signed and self.kind() in ("-", "+"):
            kind = self.kind()
            self.at += 1
            inner = self.product(signed=True)
            return negative(inner) if kind == "-" else inner
        result = self.power()
        factors: list[Node] = [result]
        while self.at < len(self.found):
            token = self.found[self.at]
            kind = token.kind
            if kind == "*" or (kind == "name" and token.value == "x" and self.multiplies()):
                self.at += 1
                factors.append(self.factor())
            elif kind == "/":
                if not self.inside and self.unit_after_slash():
                    return self.units(joined(factors))
                self.at += 1
                factors = [Quotient(joined(factors), self.factor())]
            elif kind == "mod":
                break
            elif kind == "[":
                if (inner := self.bracketed()) is None:
                    break
                factors.append(inner)
            elif kind in _OPERANDS or (kind == "|" and not self.bars):
                if kind in ("letters", "name") and (measured := self.measured(factors, token)):
                    return self.and_less(measured)
                if kind == "letters" and not self.splits(token):
                    break
                if kind == "number" and not self.follows_as_factor(factors):
                    break
                factors.append(self.power())
            elif kind in ("text", "roman", "$", "degree", "%"):
                before = self.at
                node = self.units(joined(factors))
                if self.at == before:
                    break
                factors = [node]
                if isinstance(node, Measure):
                    return self.and_less(node)
            elif kind == "choose":
                self.at += 1
                factors = [Call("binomial", [joined(factors), self.power()])]
            elif kind == "over":
                self.at += 1
                factors = [Quotient(joined(factors), self.product())]
            else:
                break
        return joined(factors)

    def and_less(self, measured: Node) -> Node:
        """3 hours 20 minutes"""
        if self.kind() != "number":
            return measured
        more = self.product()
        if not isinstance(more, Measure):
            raise UnreadError("a number after a unit")
        return Sum([measured, more])

    def bracketed(self) -> Node | None:
        """A factor in square brackets; None if they are those of an interval."""
        start = self.at
        try:
            node = self.group(self.found[start])
        except UnreadError:
            node = None
        if node is not None and is_scalar(node):
            return node
        self.at = start
        return None

    def factor(self) -> Node:
        if self.kind() in ("-", "+"):
            kind = self.kind()
            self.at += 1
            inner = self.factor()
            return negative(inner) if kind == "-" else inner
        if self.kind() in ("pm", "mp"):
            kind = self.kind()
            self.at += 1
            return PlusMinus(None, self.factor(), 1 if kind == "pm" else -1)
        return self.power()

    def multiplies(self) -> bool:
        """Whether an x is a multiplication sign: 4.5 x 10^33, 3 x 4."""
        before, after = self.found[self.at - 1], self.peek(1)
        token = self.found[self.at]
        return (
            before.kind == "number"
            and after is not None
            and after.kind == "number"
            and (
                (after.value == "10" and self.kind(2) == "^")
                or (token.spaced and after.spaced and "x" not in self.style.symbols)
            )
        )

    def follows_as_factor(self, factors: list[Node]) -> bool:
        """Whether a number may directly follow a value without a sign: (a)2, x 2, never 3 4."""
        before = self.found[self.at - 1]
        if before.kind == "number":
            raise UnreadError("two numbers side by side")
        return before.kind in (")", "}", "]", "|", "rfloor", "rceil", "name", "!", "letters")

    def splits(self, token: Token) -> bool:
        """Whether a run of letters is a product of letters here."""
        letters, symbols = token.value, self.style.symbols
        if letters in symbols or letters in self.style.functions:
            return True
        if symbols and all(letter in symbols or letter in "ei" for letter in letters):
            return True
        if len(letters) > 4 or (letters.lower() in _STOPWORDS and not self.inside):
            return False
        if len(letters) == 4:
            return letters.isupper() or not any(letter in "aeiou" for letter in letters)
        return True

    # --- units ---

    def unit_after_slash(self) -> bool:
        """Whether a unit per which a number is given follows: 5 / s, in roman letters."""
        token = self.peek(1)
        return (
            token is not None
            and token.kind in ("text", "roman")
            and in_words(token.value.replace("~", " ")) is not None
        )

    def measured(self, factors: list[Node], token: Token) -> Node | None:
        """A value with the unit that its letters name; None if they name none."""
        if self.inside or len(factors) > MOST_BEFORE_UNIT:
            return None
        letters, style = token.value, self.style
        if token.kind == "name":
            after = self.peek(1)
            if letters not in SHORT or not style.units or letters in style.symbols or len(factors) > 1:
                return None
            if after is not None and after.kind not in ("^", "/", ",", "and", "or", ";"):
                return None
        elif (
            letters in style.symbols
            or (style.symbols and all(letter in style.symbols for letter in letters))
            or (unit_named(letters) is None and letters.lower() not in ("per", "square", "cubic", "sq"))
        ):
            return None
        if not all(map(is_value, factors)):
            return None
        before = self.at
        node = self.units(joined(factors))
        return node if self.at > before else None

    def units(self, value: Node) -> Node:
        """A value with all units that follow it; the value itself without units."""
        words: list[str] = []
        start = self.at
        while (token := self.peek()) is not None:
            kind = token.kind
            if kind == "%":
                break
            if kind == "$":
                words.append("$")
                self.at += 1
            elif kind in ("text", "roman"):
                text = token.value.strip(" .,")
                if text.split(" ")[0].lower().strip("(,") in _CONDITION:
                    break
                words.append(text)
                self.at += 1
                words[-1] += self.raised()
            elif kind == "letters" and (
                unit_named(token.value) or token.value.lower() in ("per", "square", "cubic", "sq", "cu")
            ):
                words.append(token.value)
                self.at += 1
                words[-1] += self.raised()
            elif kind == "letters" and token.value in ("squared", "cubed") and words:
                words.append(token.value)
                self.at += 1
            elif kind == "name" and (token.value in SHORT and (words or self.style.units)):
                words.append(token.value)
                self.at += 1
                words[-1] += self.raised()
            elif kind in ("degree",):
                words.append("°")
                self.at += 1
                if (token := self.peek()) and token.value in ("C", "F", "Celsius", "celsius"):
                    words[-1] += token.value[0].upper()
                    self.at += 1
            elif (
                kind == "/" and words and (after := self.peek(1)) and after.kind in ("text", "roman", "letters", "name")
            ):
                words.append("per")
                self.at += 1
            elif kind in ("*",) and words and (after := self.peek(1)) and after.kind in ("roman", "text"):
                self.at += 1
            else:
                break
        if self.at == start:
            return value
        text = " ".join(words).strip()
        if not text:
            return value
        if text.lower().replace(".", "") in ("am", "pm"):
            return Clock([value], text.lower().replace(".", ""))
        if text.lower() in ("percent", "pct", "percentage", "percents"):
            return Percent(value)
        unit = in_words(text)
        if unit is None:
            text = text.lower()
            if text in ("th", "st", "nd", "rd", "is", "are"):
                return value
            if not is_value(value):
                raise UnreadError(f"words after a value: {text!r}")
            unit = {f"“{text}”": 1}
        return Measure(value, unit)

    def raised(self) -> str:
        """The power of a unit, `^2` or `^{2}`, or nothing."""
        if self.kind() != "^":
            return ""
        start = self.at
        self.at += 1
        braced = self.take("{")
        sign = "-" if self.take("-") else ""
        token = self.peek()
        if token is None or token.kind != "number" or len(token.value) != 1:
            self.at = start
            return ""
        self.at += 1
        if braced and not self.take("}"):
            self.at = start
            return ""
        return f"^{sign}{token.value}"

    # --- powers and what follows a value ---

    def power(self) -> Node:
        token = self.peek()
        node = self.primary()
        while self.at < len(self.found):
            token = self.found[self.at]
            kind = token.kind
            if kind == "!":
                self.at += 1
                if self.kind() == "!" and not self.found[self.at].spaced:
                    self.at += 1
                    node = Call("double_factorial", [node])
                else:
                    node = Call("factorial", [node])
            elif kind == "^":
                node = self.raise_to(node)
            elif kind == "%":
                self.at += 1
                node = Percent(node)
            elif kind in ("circ", "degree"):
                self.at += 1
                node = self.degrees(node)
            elif kind == "'" and isinstance(node, Number | Measure):
                break
            elif kind == "'":
                self.at += 1
                if not isinstance(node, Symbol):
                    raise UnreadError("a prime after what is no name")
                node = Symbol(node.name + "'")
                node = self.applied(node)
            elif kind == "_" and isinstance(node, Number):
                node = self.based(node)
            elif kind == "_" and isinstance(node, Symbol | Constant):
                node = self.subscripted(node)
            else:
                break
        return node

    def raise_to(self, base: Node) -> Node:
        self.at += 1
        ahead = 1 if self.kind() == "{" else 0
        mark = self.peek(ahead)
        if mark is not None and (
            mark.kind in ("circ", "degree", "'", "*")
            or (
                mark.kind in ("text", "roman", "letters", "name")
                and mark.value in ("th", "st", "nd", "rd", "o", "prime", "\\prime")
                and (mark.value != "o" or (isinstance(base, Number) and "o" not in self.style.symbols))
            )
        ):
            self.at += ahead + 1
            count = 1
            while self.kind() == "'":
                self.at += 1
                count += 1
            if ahead:
                self.need("}", "what stands above a value")
            if mark.kind == "'" or mark.value in ("prime", "\\prime", "*"):
                if isinstance(base, Symbol):
                    return self.applied(Symbol(base.name + "'" * count))
                if isinstance(base, Number | Measure):
                    return Measure(base, {"arcminute" if count == 1 else "arcsecond": 1})
                raise UnreadError("a prime after what is no name")
            if mark.kind in ("circ", "degree") or mark.value == "o":
                return self.degrees(base)
            return base  # 12^{th}
        return Power(base, self.exponent())

    def exponent(self) -> Node:
        if self.kind() in ("-", "+"):
            kind = self.kind()
            self.at += 1
            inner = self.exponent()
            return negative(inner) if kind == "-" else inner
        self.inside += 1
        node = self.primary()
        self.inside -= 1
        return self.raise_to(node) if self.kind() == "^" else node

    def degrees(self, node: Node) -> Node:
        """Degrees, with minutes and seconds if they follow; or degrees of Celsius."""
        token = self.peek()
        if (
            token is not None
            and token.value in ("C", "F", "Celsius", "Fahrenheit")
            and token.kind in ("name", "roman", "text", "letters")
        ):
            self.at += 1
            return Measure(node, {f"°{token.value[0]}": 1})
        result: Node = Measure(node, {"°": 1})
        for unit, marks in (("arcminute", 1), ("arcsecond", 2)):
            if self.kind() == "number" and self.primes(1) == marks:
                parts = [result, Measure(self.numeral(), {unit: 1})]
                self.at += 1 if self.kind() == "^" else 0
                braced = self.take("{")
                while self.kind() == "'":
                    self.at += 1
                if braced:
                    self.take("}")
                result = Sum(parts)
        return result

    def primes(self, ahead: int) -> int:
        if self.kind(ahead) == "^":
            ahead += 1
            ahead += self.kind(ahead) == "{"
        count = 0
        while self.kind(ahead + count) == "'":
            count += 1
        return count

    def based(self, node: Number) -> Node:
        digits = self.found[self.at - 1].value
        self.at += 1
        braced = self.take("{")
        token = self.peek()
        self.at += 1
        if token is None:
            raise UnreadError("a subscript without content")
        number = NUMBER_WORDS.get(token.value.lower()) if token.kind in ("text", "roman", "letters") else None
        if token.kind == "number" and token.value.isdigit() and len(token.value) <= 2:
            number = int(token.value)
        if token.kind == "-" and self.kind() == "number" and len(self.found[self.at].value) <= 2:
            number = -int(self.found[self.at].value)
            self.at += 1
        if braced:
            self.need("}", "a base")
        if number is None or not 2 <= abs(number) <= 36 or node.last is not None:
            raise UnreadError("a subscript of a number that is no base")
        return Based(digits.lstrip("0") or "0", number)

    def subscripted(self, node: Symbol | Constant) -> Node:
        self.at += 1
        name = node.name if isinstance(node, Symbol) else {"pi": "\\pi"}.get(node.name, node.name)
        if isinstance(node, Constant) and node.name in "RZNQC":
            self.raw()
            return node
        label = self.raw()
        return self.applied(Symbol(f"{name}_{label}"))

    def raw(self) -> str:
        """The text of an argument in braces, or of one token."""
        if self.take("{"):
            depth = 1
            parts: list[str] = []
            while True:
                token = self.peek()
                if token is None:
                    raise UnreadError("a subscript that does not close")
                self.at += 1
                depth += (token.kind == "{") - (token.kind == "}")
                if depth == 0:
                    return "".join(parts)
                if token.kind not in ("{", "}"):
                    parts.append(token.value.replace(" ", ""))
        token = self.peek()
        if token is None:
            raise UnreadError("a subscript without content")
        self.at += 1
        if token.kind == "-" and self.kind() == "number":
            self.at += 1
            return "-" + self.found[self.at - 1].value
        return token.value

    # --- what a value begins with ---

    def primary(self) -> Node:
        token = self.peek()
        if token is None:
            raise UnreadError("a value is missing at the end")
        rule = _PRIMARY.get(token.kind)
        if rule is None:
            raise UnreadError(f"no value begins with {token.value!r}")
        return rule(self, token)

    def numeral(self) -> Node:
        token = self.found[self.at]
        self.at += 1
        return number_of(token.value)

    def number(self, token: Token) -> Node:
        node = self.numeral()
        if self.kind() == "overline" and "." in token.value:
            return self.repeating(token.value)
        if self.kind() == "." and self.kind(1) in ("overline", "accent"):
            self.at += 1
            return self.repeating(token.value + ".")
        if "." in token.value and self.kind() == "accent" and self.found[self.at].value == "dot":
            return self.repeating(token.value)
        if (
            "." in token.value
            and self.kind() == "("
            and self.kind(1) == "number"
            and self.kind(2) == ")"
            and not self.found[self.at].spaced
            and not self.style.symbols
            and token.value[-1] != "."
            and self.kind(3) not in ("^", "*", "/")
            and self.found[self.at + 1].value.isdigit()
        ):
            self.at += 3
            return repeating(token.value, self.found[self.at - 2].value)
        if token.value.isdigit():
            return self.mixed(node)
        return node

    def repeating(self, whole: str) -> Node:
        """0.1\\overline{6}, 0.\\dot{3}"""
        digits = ""
        while self.kind() in ("overline", "accent"):
            self.at += 1
            part = self.raw()
            if not part.isdigit():
                raise UnreadError("repeating digits that are none")
            digits += part
            if self.kind() == "number" and self.kind(1) == "accent":
                digits += self.found[self.at].value
                self.at += 1
        return repeating(whole, digits)

    def mixed(self, whole: Number) -> Node:
        """2\\frac{5}{8} and 1 1/2, where the fraction is a proper one of whole numbers."""
        token = self.peek()
        if token is None:
            return whole
        start = self.at
        if token.kind == "frac" and self.numerals_follow():
            self.at += 1
            over, under = self.single(), self.single()
            if is_whole(over) and is_whole(under):
                if over.value >= under.value:
                    raise UnreadError("a mixed number whose fraction is more than one")
                return Sum([whole, Quotient(over, under)])
        elif token.kind == "number" and token.spaced and self.kind(1) == "/" and self.kind(2) == "number":
            over, under = number_of(token.value), number_of(self.found[self.at + 2].value)
            if is_whole(over) and is_whole(under) and over.value < under.value:
                self.at += 3
                return Sum([whole, Quotient(over, under)])
        self.at = start
        return whole

    def numerals_follow(self) -> bool:
        """Whether both arguments of the following fraction are whole numerals; nothing is read twice for it."""
        ahead = 1
        for _ in range(2):
            braced = self.kind(ahead) == "{"
            token = self.peek(ahead + braced)
            if token is None or token.kind != "number" or not token.value.isdigit():
                return False
            if braced and self.kind(ahead + 2) != "}":
                return False
            if not braced and len(token.value) > 1:
                return True  # \frac12
            ahead += 3 if braced else 1
        return True

    def name(self, token: Token) -> Node:
        self.at += 1
        value = token.value
        if value in _CONSTANTS and value not in self.style.symbols:
            return Constant(_CONSTANTS[value])
        if value in ("\\Re", "\\Im"):
            raise UnreadError("parts of a complex number")
        if value in ("C", "P") and self.kind() == "(" and self.counts(value):
            self.at += 1
            over = self.sum()
            self.need(",", "a number of combinations")
            under = self.sum()
            self.need(")", "a number of combinations")
            return Call("binomial" if value == "C" else "arrangements", [over, under])
        return self.applied(Symbol(value))

    def counts(self, letter: str) -> bool:
        """Whether C(10, 5) is a number of combinations."""
        pair = (self.kind(1), self.kind(2), self.kind(3), self.kind(4))
        if pair[1] != "," or pair[3] != ")" or letter in self.style.functions or letter in self.style.symbols:
            return False
        return pair[0] == pair[2] == "number" or (letter == "C" and not self.style.of_gold)

    def applied(self, node: Symbol) -> Node:
        """A letter before brackets: a function if it is one in the gold, or if nothing else makes sense."""
        if self.kind() != "(":
            return node
        name = node.name
        if self.defines(name) or (
            not self.found[self.at].spaced
            and (name in self.style.functions or (self.style.of_gold and self.is_function(name)))
        ):
            self.at += 1
            self.inside += 1
            group = self.sequence((")",))
            self.inside -= 1
            self.need(")", "the arguments of a function")
            return Call(f"of:{name}", group.items if isinstance(group, Sequence) else [group])
        return node

    def is_function(self, name: str) -> bool:
        """Whether a letter before brackets in a gold is a function: f(x) = ..., P(X = 4), I(0), f(2) < f(1)."""
        inner, _ = self.in_brackets()
        kinds = {token.kind for token in inner}
        if kinds & {"=", ",", "<", ">", "<=", ">="} or [token.value for token in inner[1:]] == ["0"]:
            return True
        return name in ("f", "g", "h", "F", "G")

    def in_brackets(self) -> tuple[list[Token], str]:
        """The tokens in the brackets that begin here, without those in nested ones, and the kind of the next token."""
        depth, place, inner = 0, self.at, []
        while place < len(self.found):
            kind = self.found[place].kind
            depth += (kind in ("(", "{")) - (kind in (")", "}"))
            if depth == 0:
                break
            if depth == 1:
                inner.append(self.found[place])
            place += 1
        return inner, self.found[place + 1].kind if place + 1 < len(self.found) else ""

    def defines(self, name: str) -> bool:
        """Whether f(x) = ... or P(X = 4) = ... begins here."""
        if self.inside or not self.starts():
            return False
        inner, after = self.in_brackets()
        plain = all(token.kind in ("(", "name", "number", "letters", ",", "=", "_", "}") for token in inner)
        return after == "=" and plain and name not in self.style.symbols

    def starts(self) -> bool:
        """Whether the name that was just read begins a relation."""
        place = self.at - 1
        while place >= 0 and self.found[place].kind in ("name", "_", "number", "{", "}", "'", "letters"):
            place -= 1
        names = sum(token.kind == "name" for token in self.found[place + 1 : self.at])
        return (place < 0 or self.found[place].kind in (",", ";", "and", "or", "row", "quad")) and names <= 2

    def letters(self, token: Token) -> Node:
        value = token.value
        if value in self.style.symbols or value in self.style.functions:
            self.at += 1
            return self.applied(Symbol(value))
        if value.lower() in NUMBER_WORDS and not self.style.symbols >= set(value):
            self.at += 1
            return Number(fmpq(NUMBER_WORDS[value.lower()]))
        if not self.splits(token):
            if in_words(value) is None and self.kind(1) == ":":
                self.at += 2  # Minimum: 1
                return self.sum()
            if self.kind(1) == "=" and not self.inside:  # Maximum = 2
                self.at += 1
                return Symbol(value.lower())
            raise UnreadError(f"the word {value!r}")
        first, rest = value[0], value[1:]
        tokens_of = [
            Token("name", letter, token.spaced if place == 0 else False) for place, letter in enumerate(first + rest)
        ]
        self.found[self.at : self.at + 1] = tokens_of
        return self.primary()

    def call(self, token: Token) -> Node:
        self.at += 1
        name = token.value
        if name == "sqrt":
            return self.root()
        exponent = base = None
        for _ in range(2):
            if self.kind() == "^" and exponent is None:
                self.at += 1
                exponent = self.exponent()
            elif self.kind() == "_" and base is None:
                self.at += 1
                self.inside += 1
                base = self.single()
                self.inside -= 1
        if self.kind() == "_":
            raise UnreadError("a subscript of a function")
        node = Call(name, self.arguments(name))
        if base is not None:
            if name == "log" and len(node.arguments) == 1:
                node = Call("log", [*node.arguments, base])
            else:
                raise UnreadError("a subscript of a function")
        if exponent is None:
            return node
        if isinstance(exponent, Number) and exponent.value == -1 and f"arc{name}" in _INVERSE:
            return Call(f"arc{name}", node.arguments)
        return Power(node, exponent)

    def arguments(self, name: str) -> list[Node]:
        kind = self.kind()
        if kind in ("(", "{", "["):
            self.at += 1
            self.inside += 1
            group = self.sequence((_BRACKETS[kind],))
            self.inside -= 1
            self.need(_BRACKETS[kind], f"the argument of {name}")
            return list(group.items) if isinstance(group, Sequence) else [group]
        if kind == "end of answer":
            raise UnreadError(f"{name} without an argument")
        self.inside += 1
        if kind in ("-", "+"):
            self.at += 1
            inner = self.argument()
            node = negative(inner) if kind == "-" else inner
        else:
            node = self.argument()
        self.inside -= 1
        return [node]

    def argument(self) -> Node:
        """The product that follows a function without brackets, up to the next function or bracket."""
        if self.kind() == "call":
            return self.power()
        factors = [self.power()]
        while self.kind() in ("number", "name", "frac", "letters", "infty", "accent", "binom") or (
            self.kind() == "call" and self.found[self.at].value == "sqrt"
        ):
            token = self.found[self.at]
            if token.kind == "letters" and not self.splits(token):
                break
            if token.kind == "number" and not self.follows_as_factor(factors):
                break
            factors.append(self.power())
        return joined(factors)

    def root(self) -> Node:
        index: Node | None = None
        if self.kind() == "[":
            self.at += 1
            index = self.sum()
            self.need("]", "the index of a root")
        if self.kind() == "(":
            self.at += 1
            self.inside += 1
            inner = self.sum()
            self.inside -= 1
            self.need(")", "a root")
        else:
            self.inside += 1
            inner = self.whole()
            self.inside -= 1
        return Call("root", [inner, index]) if index is not None else Call("sqrt", [inner])

    def whole(self) -> Node:
        """An argument in braces, or one whole numeral, letter or function."""
        if self.kind() == "number":
            node = self.numeral()
            return node
        if self.kind() == "-":
            raise UnreadError("a root of a sign")
        return self.primary()

    def single(self) -> Node:
        """An argument as TeX takes it: in braces, else one digit, letter or command."""
        token = self.peek()
        if token is None:
            raise UnreadError("an argument is missing")
        if token.kind == "number" and len(token.value) > 1:
            self.found[self.at : self.at + 1] = [
                Token("number", token.value[0], token.spaced),
                Token("number", token.value[1:], False),
            ]
        if self.kind() == "number":
            return self.numeral()
        if self.kind() == "letters":
            self.found[self.at : self.at + 1] = [Token("name", letter, False) for letter in self.found[self.at].value]
        if self.kind() == "name":
            token = self.found[self.at]
            self.at += 1
            value = token.value
            node = (
                Constant(_CONSTANTS[value])
                if value in _CONSTANTS and value not in self.style.symbols
                else Symbol(value)
            )
            return self.subscripted(node) if self.kind() == "_" else node
        return self.primary()

    def fraction(self, token: Token) -> Node:
        self.at += 1
        if self.kind() == "(" and token.value == "frac":
            raise UnreadError("frac with brackets")
        self.inside += 1
        over, under = self.single(), self.single()
        self.inside -= 1
        return derivative(over, under) or Quotient(over, under)

    def binomial(self, token: Token) -> Node:
        self.at += 1
        self.inside += 1
        over, under = self.single(), self.single()
        self.inside -= 1
        return Call("binomial", [over, under])

    def series(self, token: Token) -> Node:
        """A sum or product over an index, applied to the product that follows."""
        self.at += 1
        lower = upper = None
        for _ in range(2):
            if self.kind() == "_":
                self.at += 1
                self.need("{", "the lower limit of a sum")
                lower = self.sequence(("}",))
                self.need("}", "the lower limit of a sum")
            elif self.kind() == "^":
                self.at += 1
                upper = self.exponent()
        match lower:
            case Chain(sides=[Symbol(name=index) | Constant(name=index), first], relations=["="]) if upper is not None:
                body = self.product(signed=True)
                last = None if isinstance(upper, Constant) and upper.name == "infinity" else upper
                return Series(token.kind, index, first, last, body)
        raise UnreadError("a sum without limits")

    def accented(self, token: Token) -> Node:
        self.at += 1
        label = self.raw()
        return self.applied(Symbol(f"{label}{'' if not token.value else '^' + token.value}"))

    def lined(self, token: Token) -> Node:
        self.at += 1
        return Symbol("overline " + self.raw())

    def infinity(self, token: Token) -> Node:
        self.at += 1
        return Constant("infinity")

    def nothing(self, token: Token) -> Node:
        self.at += 1
        return Group("{", [], "}")

    def money(self, token: Token) -> Node:
        self.at += 1
        value = self.power()
        if isinstance(value, Measure | Percent):
            raise UnreadError("a currency before a unit")
        return Measure(value, {"$": 1})

    def words(self, token: Token) -> Node:
        text = token.value
        number = NUMBER_WORDS.get(text.lower().strip())
        if number is not None:
            self.at += 1
            return Number(fmpq(number))
        if len(text) == 1 and text.isalpha():
            self.found[self.at] = Token("name", text, token.spaced)
            return self.primary()
        if token.kind == "roman" and text.isalpha() and self.kind(1) != "text":
            self.at += 1
            return self.applied(Symbol(text))
        raise UnreadError(f"the words {text!r}")

    def floor(self, token: Token) -> Node:
        self.at += 1
        self.inside += 1
        node = self.sum()
        self.inside -= 1
        self.need("rfloor" if token.kind == "lfloor" else "rceil", "a rounded value")
        return Call("floor" if token.kind == "lfloor" else "ceil", [node])

    def absolute(self, token: Token) -> Node:
        self.at += 1
        if self.kind() == "begin":
            matrix = self.primary()
            if self.take(token.kind):
                return Call("det", [matrix])
        self.bars += 1
        self.inside += 1
        node = self.sum()
        self.inside -= 1
        self.bars -= 1
        self.need(token.kind, "an absolute value")
        return Call("abs", [node])

    def group(self, token: Token) -> Node:
        """Brackets: of one value, or of several."""
        self.at += 1
        opening = token.kind
        bars, self.bars = self.bars, 0
        inside, self.inside = self.inside, self.inside + (opening != "{" or self.inside > 0)
        if opening == "{" and self.take("}"):
            self.bars, self.inside = bars, inside
            if self.kind() == "_":  # {}_{10}C_5
                return self.combinations()
            if self.inside or self.at < len(self.found) or self.at > 2:
                raise UnreadError("empty braces")
            return Group("{", [], "}")
        closings = {"(": (")", "]"), "{": ("}",), "[": ("]", ")", "["), "]": ("[", "]")}[opening]
        node = self.sequence(closings)
        closing = self.kind()
        if closing not in closings:
            raise UnreadError(f"brackets: {closings[0]!r} expected before {self.shown()}")
        self.at += 1
        self.bars, self.inside = bars, inside
        if isinstance(node, Sequence):
            items = node.items
            if opening == "{" and self.inside:
                raise UnreadError("several values in braces")
            if node.word != "," and opening == "(":
                return Group(opening, [node], closing)
            return Group(opening, items, closing)
        if (opening == "(" and closing == ")") or opening == "{":
            return node
        if opening == "[" and closing == "]":
            return (
                node if is_scalar(node) and not isinstance(node, Symbol | Number) else Group(opening, [node], closing)
            )
        raise UnreadError("one value in brackets of an interval")

    def combinations(self) -> Node:
        self.at += 1
        over = self.single()
        token = self.peek()
        if token is None or token.value not in ("C", "P", "\\mathrm{C}"):
            raise UnreadError("a subscript before what it belongs to")
        self.at += 1
        self.need("_", "a number of combinations")
        return Call("binomial" if token.value == "C" else "arrangements", [over, self.single()])

    def set(self, token: Token) -> Node:
        self.at += 1
        bars, self.bars = self.bars, 1  # a bar stands between value and condition
        inside, self.inside = self.inside, self.inside + 1
        if self.take("\\}"):
            node: Node = Group("{", [], "}")
        else:
            first = self.sequence(("\\}", "|", "mid", ":"))
            if self.kind() in ("|", "mid", ":"):
                self.at += 1
                self.bars = 0
                self.inside = 0
                condition = self.sequence(("\\}",))
                self.need("\\}", "a set by its condition")
                node = Builder(first, condition)
            else:
                self.need("\\}", "a set")
                node = Group("{", first.items if isinstance(first, Sequence) else [first], "}")
        self.bars, self.inside = bars, inside
        return node

    def angles(self, token: Token) -> Node:
        self.at += 1
        node = self.sequence(("rangle",))
        self.need("rangle", "a vector")
        return Group("<", node.items if isinstance(node, Sequence) else [node], ">")

    def environment(self, token: Token) -> Node:
        self.at += 1
        name = token.value
        rows: list[list[list[Token]]] = [[[]]]
        depth = 0
        while True:
            inner = self.peek()
            if inner is None:
                raise UnreadError(f"\\begin{{{name}}} that does not end")
            self.at += 1
            if inner.kind == "begin":
                depth += 1
            elif inner.kind == "end":
                if depth == 0:
                    break
                depth -= 1
            if depth == 0 and inner.kind == "row":
                rows.append([[]])
            elif depth == 0 and inner.kind == "&":
                rows[-1].append([])
            else:
                rows[-1][-1].append(inner)
        rows = [row for row in rows if any(row)]
        if name in (
            "aligned",
            "align",
            "gathered",
            "gather",
            "split",
            "equation",
            "alignedat",
            "multline",
            "eqnarray",
            "center",
        ):
            flat: list[Token] = []
            for place, row in enumerate(rows):
                if place and not continues(flat, row):
                    flat.append(Token("row", "", True))
                flat += [inner for cell in row for inner in cell]
            return self.within(flat)
        if layout(rows):
            return self.within([inner for row in rows for cell in row for inner in cell if inner.kind != "quad"])
        if name in ("cases", "dcases", "rcases"):
            if all(len(row) == 1 for row in rows):
                return self.several([self.within(row[0]) for row in rows])
            return Cases([(self.within(strip(row[0])), self.condition(row[1:])) for row in rows])
        if name.rstrip("*") in ("vmatrix",):
            return Call("det", [Matrix([[self.within(cell) for cell in row] for row in rows])])
        if "matrix" in name or name in ("array", "tabular"):
            return Matrix([[self.within(cell) for cell in row] for row in rows])
        raise UnreadError(f"the environment {name}")

    def several(self, items: list[Node]) -> Node:
        return items[0] if len(items) == 1 else Sequence(items, "and")

    def within(self, inner: list[Token]) -> Node:
        while inner and inner[-1].kind in (",", ";", "quad", "row", "."):
            inner.pop()
        parser = Parser(inner, self.style, 0, 0, 0)
        node = parser.sequence()
        if parser.at < len(inner):
            raise UnreadError(f"nothing reads {parser.shown()} in an environment")
        self.integers += parser.integers
        return node

    def condition(self, cells: list[list[Token]]) -> Node:
        inner = strip([token for cell in cells for token in cell])
        words = [token for token in inner if token.kind in ("text", "roman", "letters") and len(token.value) > 1]
        rest = [
            token
            for token in inner
            if not (token.kind in ("text", "roman", "letters") and token.value.lower().strip(" :,.") in _SAID)
        ]
        if not rest:
            return Words(" ".join(token.value.lower().strip() for token in words) or "otherwise")
        try:
            return self.within(rest)
        except UnreadError:
            return Words(" ".join(token.value.lower().strip() for token in inner))


_SAID = frozenset(("if", "for", "when", "where", "", "and if", "is", "otherwise", "else"))
_INVERSE = words("arcsin arccos arctan arccot arcsinh arccosh arctanh arcsec arccsc")

_PRIMARY: dict[str, Callable[[Parser, Token], Node]] = {
    "number": Parser.number,
    "name": Parser.name,
    "letters": Parser.letters,
    "call": Parser.call,
    "frac": Parser.fraction,
    "binom": Parser.binomial,
    "sum": Parser.series,
    "prod": Parser.series,
    "accent": Parser.accented,
    "overline": Parser.lined,
    "infty": Parser.infinity,
    "empty": Parser.nothing,
    "$": Parser.money,
    "text": Parser.words,
    "roman": Parser.words,
    "lfloor": Parser.floor,
    "lceil": Parser.floor,
    "|": Parser.absolute,
    "||": Parser.absolute,
    "(": Parser.group,
    "{": Parser.group,
    "[": Parser.group,
    "]": Parser.group,
    "\\{": Parser.set,
    "langle": Parser.angles,
    "begin": Parser.environment,
}


def parse(text: str, style: Style) -> Node:
    """The tree of an answer. UnreadError if no rule reads it, with the rule that failed."""
    found = tokens(text, commas=style.commas)
    while found and found[-1].kind in (".", ",", ";", "quad", "row", ":"):
        found.pop()
    while found and found[0].kind in ("quad", "row", ",", ":", "."):
        del found[0]
    if not found:
        raise UnreadError("nothing is there")
    return Parser(found, style).answer()


# --- small pieces ----------------------------------------------------------------------------------------------------


def negative(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(-node.value, node.last)
    if isinstance(node, Measure):
        return Measure(negative(node.value), node.unit)
    return Call("neg", [node])


def joined(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Product(factors)


def number_of(text: str) -> Number:
    if len(text) > LONGEST_NUMERAL:
        raise UnreadError("too many digits")
    text = "".join(c if c.isascii() else str(decimal(c)) for c in text)  # digits of any script: a numeral has no others
    if text.isdigit():
        return Number(fmpq(fmpz(text)))
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    whole, _, places = mantissa.partition(".")
    value = fmpq(fmpz((whole + places) or "0"), fmpz(10) ** len(places))
    if exponent:
        power = int(exponent) if len(exponent) < 8 else LARGEST_EXPONENT + 1
        if abs(power) > LARGEST_EXPONENT:
            raise UnreadError("too large an exponent")
        scale = fmpq(10) ** power
        return Number(value * scale, fmpq(1, 10 ** len(places)) * scale)
    return Number(value, fmpq(1, fmpz(10) ** len(places)) if places else None)


def repeating(start: str, digits: str) -> Number:
    whole, _, places = start.partition(".")
    nines = (10 ** len(digits) - 1) * 10 ** len(places)
    if not digits or len(digits) > 100:
        raise UnreadError("repeating digits that are none")
    return Number(fmpq(int((whole + places) or "0"), 10 ** len(places)) + fmpq(int(digits), nines))


def is_whole(node: Node) -> bool:
    return isinstance(node, Number) and node.last is None and node.value.q == 1 and node.value > 0


def is_scalar(node: Node) -> bool:
    return isinstance(node, Number | Symbol | Constant | Sum | Product | Quotient | Power | Call | Series)


def is_value(node: Node) -> bool:
    """Whether a unit may follow: a number, however it is written."""
    match node:
        case Number() | Percent() | Based():
            return True
        case Constant(name="pi" | "e" | "infinity"):
            return True
        case Sum(items=items) | Product(items=items):
            return all(map(is_value, items))
        case Quotient(over=over, under=under):
            return is_value(over) and is_value(under)
        case Power(base=base, exponent=exponent):
            return is_value(base) and is_value(exponent)
        case Call(name=name, arguments=arguments):
            return not name.startswith("of:") and all(map(is_value, arguments))
        case PlusMinus(left=left, right=right):
            return (left is None or is_value(left)) and is_value(right)
    return False


def derivative(over: Node, under: Node) -> Symbol | None:
    """dy/dx, one name."""
    match over, under:
        case Product(items=[Symbol(name="d"), Symbol(name=top)]), Product(
            items=[Symbol(name="d"), Symbol(name=bottom)]
        ):
            return Symbol(f"d{top}/d{bottom}")
    return None


def strip(inner: list[Token]) -> list[Token]:
    while inner and inner[-1].kind in (",", ";", "quad", "."):
        inner.pop()
    return inner


def continues(before: list[Token], row: list[list[Token]]) -> bool:
    """Whether a line continues a formula: it begins, or the line before ends, with a sign."""
    first = next((token.kind for cell in row for token in cell), "")
    return first in ("=", "+", "-", "*", "<", ">", "<=", ">=") or (
        bool(before) and before[-1].kind in ("=", "+", "-", "*", ",")
    )


def layout(rows: list[list[list[Token]]]) -> bool:
    """Whether rows are pieces of one formula, such as `\\frac{` alone, set below one another."""
    if any(len(row) > 1 for row in rows):
        return False
    for row in rows:
        depth = 0
        for token in row[0]:
            depth += (token.kind == "{") - (token.kind == "}")
            if depth < 0:
                return True
        if depth or (len(row[0]) == 1 and row[0][0].kind in ("+", "-", "=", ",")):
            return True
    return False
