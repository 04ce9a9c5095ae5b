"""Mathematics as people write it: read by a grammar, compared by what it means, and never failing."""

import doctest
import importlib.util
import random
import time
from pathlib import Path

import pytest

from boundary.verifying import mathematics
from boundary.verifying.mathematics import equal, equal_in_sentence, exact, number, read, written_alike
from boundary.verifying.verify import Alarm

EQUAL = [
    # one number, many spellings
    ("4.5e33", "4.5 \\times 10^{33}"),
    ("4.5e33", "4.5 \\cdot 10^33"),
    ("4.5e33", "4.5E+33"),
    ("4.5e33", "4.5×10³³"),
    ("3.2\\times 10^{-4}", "0.00032"),
    ("4500000", "4.5e6"),
    ("1000000", "1\\ 000\\ 000"),
    ("1000000", "1,000,000"),
    ("15400", "\\$15,\\,400"),
    ("-5", "\u22125"),
    ("19 19/20", "\\frac{399}{20}"),
    ("\\frac{\\pi}{2}", "pi/2"),
    ("-2\\pi", "-2*pi"),
    ("e^{16}", "exp(16)"),
    ("14-i", "14.0 + -1.0i"),
    ("\\frac{1}{\\sqrt{n}}", "\\sqrt{1/n}"),
    ("-1./3", "-\\frac{1}{3}"),
    ("\\arcsin{\\frac{10}{13}}", "np.arcsin(10/13)"),
    ("12", "12^{\\mathrm{th}}"),
    ("0.333333", "\\frac{1}{3}"),
    ("50\\%", "0.5"),
    ("50\\%", "50"),
    ("6", "6 \\text{ m}"),
    ("6m", "6 m"),
    # sets, relations, what is said beside
    ("(2,\\infty)", "x>2"),
    ("x > 2", "(2, +\\infty)"),
    ("(-\\infty,1)\\cup(2,\\infty)", "x<1 \\text{ or } x>2"),
    ("f(x)=2x", "f(x)=2x \\text{ for all } x"),
    ("f(n)=2n+1", "f(m) = 2m+1"),
    ("2,3,\\frac{3+i\\sqrt{3}}{2},\\frac{3-i\\sqrt{3}}{2}", "2, 3, \\frac{3 \\pm i\\sqrt{3}}{2}"),
    ("3x-y+13=0", "-6x + 2y = 26"),
    ("x^2+y^2=1", "x^2=1-y^2"),
    ("100,200", "100, 200"),
    ("16,3,1,1", "w=16, d=3, a=1, b=1"),
    ("\\frac{\\pi}{6}", "30^\\circ"),
    ("(1,2,3)", "1, 2, 3"),
    ("(2,1),(3,1)", "(3,1), (2,1)"),
    ("\\{1, 2\\}", "2,1"),
    ("(0.5,1]", "(\\frac{1}{2},1]"),
    # a letter
    ("D", "\\textbf{(D)} 12"),
    ("\\text{(C)}", "C"),
    ("5", "\\textbf{A. } 5"),
    # letters are variables where the gold has them, units where it has none
    ("(a+b)^2", "a^2+2ab+b^2"),
    ("2d+1", "1+2d"),
    ("2(1+m)", "2+2m"),
    ("12 cm^3", "12\\,\\mathrm{cm}^3"),
    ("20 $cm^{2}$", "20"),
    ("45 km/h", "45 \\text{ kilometers per hour}"),
    ("3 hours 20 minutes", "200 \\text{ minutes}"),
    ("54^\\circ", "\\frac{3\\pi}{10}"),
    ("\\frac{1}{2}", "\\sin 30^\\circ"),
    # notation
    ("\\frac n 2", "n/2"),
    ("(n!)^2", "n!^2"),
    ("\\binom{10}{5}", "{}_{10}C_5"),
    ("\\binom{n}{2}", "C(n,2)"),
    ("\\frac{1}{3}", "0.\\overline{3}"),
    ("2\\frac58", "2.625"),
    ("\\lfloor n/2 \\rfloor", "floor(n/2)"),
    ("\\begin{pmatrix}\n1 & 2 \\\\\n3 & 4\n\\end{pmatrix}", "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}"),
    ("\\frac{4\\pi}{3}", "\\begin{matrix} \\frac{ \\\\ 4 \\\\ \\pi \\\\ }{ \\\\ 3 \\\\ } \\end{matrix}"),
    ("\\sum_{n=0}^{\\infty} \\frac{x^{n+1}}{n+1}", "\\sum_{n=1}^{\\infty} \\frac{x^{n}}{n}"),
    ("2^{30}-1", "\\sum_{i=0}^{29} 2^i"),
    ("|x|", "\\sqrt{x^2}"),
    ("\\sqrt[3]{-8}", "-2"),
    ("\\sqrt[5]{\\sin \\pi}", "0"),
    ("\\tan(6561^{4.7})", "\\tan(9^{18.8})"),
    # chains, sets, lists, names
    ("b > a > c", "c < a < b"),
    ("\\{x \\mid 2 < x < 3\\}", "(2,3)"),
    ("\\mathbb{R} \\setminus \\{0\\}", "x \\ne 0"),
    ("-2 \\le x \\le 1 \\cup 3 < x < 4", "[-2,1]\\cup(3,4)"),
    ("p=5,q=2;p=7,q=2", "(5,2),(7,2)"),
    ("d=3, M=(1,2)", "M=(1,2), d=3"),
    ("$5$ or $9$", "9, 5"),
    ("4", "2+2=4"),
    ("x=\\pi k, k \\in \\mathbb{Z}", "x=\\pi n, n \\in \\mathbb{Z}"),
    ("c_1 e^{t}+c_2 e^{-t}", "C_1 e^{t}+C_2 e^{-t}"),
    # golds as they are published
    ("The smallest possible value of \\(a_{10}\\) is \\(248\\).", "248"),
    ("$f(x)=a x+b$, where $a$ is a positive integer with $g(a)=0$", "f(t)=at+b"),
    ("\\[\n\\boxed{2, 3}\n\\]", "3,2"),
    ("$P\\left(X_{n}=4\\right)=5 / 8$", "\\frac58"),
    ("I", "(I) 7"),
    ("e^{x^y}", "\\exp((x)^{y})"),
    ("e^{(e^a)^2}", "\\exp(e^{2a})"),
]
DIFFERENT = [
    ("2e3", "6e"),
    ("1.6 \\times 10^{-19}", "9.1 \\times 10^{-31}"),
    ("2^{-100}", "-2^{-100}"),
    ("0.0000012", "0.0000014"),
    ("\\frac{1}{2004!}", "\\frac{1}{2006!}"),
    ("\\frac{2^{2005}+1}{3 \\cdot 2^{2006}}", "\\frac{1}{3 \\cdot 2^{2006}}"),
    ("10^{-20}x", "2\\cdot 10^{-20}x"),
    ("3.1415926", "3.1415927"),
    ("\\frac{1}{23}", "\\frac{12}{3}"),
    ("12:00", "1:00"),
    ("6m", "6"),
    ("1,2,3", "(1,2,3)"),
    ("(1,2)", "[1,2]"),
    ("(1,2,3)", "(3,2,1)"),
    ("(2,\\infty)", "x \\ge 2"),
    ("19, 46, \\text{ and } 82", "21, 36, \\text{ and } 82"),
    ("|x|", "x"),
    ("f(x)=2x", "f(x)=3x"),
    ("-x<1", "x<-1"),
    ("x=5", "y=6"),
    ("1011_2", "1011_3"),
    ("\\frac{1}{0}", "\\frac{1}{0}"),
    ("A", "B"),
    ("5", "5 \\text{ of } 7"),
    ("5", "5ab"),
    ("x+2", "x+2m"),
    ("20 cm", "20 \\text{ kg}"),
    ("20 cm", "20 \\text{ m}"),
    ("\\sin(10)", "\\sin 10^\\circ"),
    ("1:58 pm", "1:58 am"),
    ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1&2\\end{pmatrix}"),
    ("(-1)^n", "\\cos(\\pi n)"),
    ("\\lfloor\\sqrt{n-1}\\rfloor", "\\lfloor\\sqrt{n}\\rfloor"),
    ("16^{2014}-14^{2013}", "16^{2014}-14^{2013}+1"),
    ("1", "1+e^{-700}"),
    ("e^{23110}", "e^{23110}-x"),
    ("\\frac{4036082}{4036081}", "1.0"),  # a rounded number has six digits at least
    ("40,000", "40,000x"),
    ("(3,2)", "[3,2)"),
    ("(2,\\infty)", "(2,\\infty]"),
    ("0", "\\infty-\\infty"),
    ("3:1", "6:2"),
    ("x^2+y^2=1", "1"),
    ("$f(x)=a x+b$, where $a$ is a positive integer with $g(a)=0$", "0"),
    ("9", "The values are 5 and 9"),
    ("\\sqrt{5", "5"),
    ("e^{x^y}", "e^{x^y}+1"),
    ("e^{10^9+x^2}", "e^{10^9+x^2}+1"),
    ("(-x)^y", "x^y"),
]


@pytest.mark.parametrize(("gold", "answer", "right"), [(*p, True) for p in EQUAL] + [(*p, False) for p in DIFFERENT])
def test_what_is_equal(gold, answer, right):
    assert equal(gold, answer) is right


def test_the_last_number_of_a_sentence_is_its_answer():
    assert equal_in_sentence("1250", "So she earned 1,250 dollars in all.")
    assert not equal_in_sentence("1250", "So she earned 1,250 of 1,300 dollars.")
    assert equal_in_sentence("5, 9", "The values are 5 and 9.")
    assert equal_in_sentence("5", "The answer is $5$, where $x=3$.")
    assert not equal_in_sentence("3", "The answer is $5$, where $x=3$.")
    assert equal_in_sentence("5", "As $a=7$ for all $b$, the answer is $5$.")
    assert not equal_in_sentence("9", "The values are 5 and 9.")
    assert equal_in_sentence("13/28", "\u8ba1\u5212\u7684\u6bd4\u4f8b\u4e3a13/28")


def test_numerals_are_exact_and_never_work_a_tower_out():
    assert exact("4.5e33")[0] == 45 * 10**32
    assert exact("1e400000000") is None
    assert number("12 \\text{ cm}") == 12
    assert written_alike("2.50", "\\frac{5}{2}")
    assert not written_alike("2.5000001", "2.5")


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("\\frac{3}{7}", "number"),
        ("x^2+1", "expression"),
        ("y = 2x+3", "named value"),
        ("x^2+y^2=1", "equation"),
        ("x \\ge 2", "interval"),
        ("3, 5, 7", "list"),
        ("(1,-2)", "tuple"),
        ("\\{1,2\\}", "set"),
        ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "matrix"),
        ("\\text{(C)}", "choice"),
        ("1{:}58", "time or ratio"),
        ("5 \\text{ cm}", "quantity"),
        ("Evelyn", "text"),
        ("\\frac{14", "unread"),
        ("by induction, qed", "unread"),
    ],
)
def test_a_gold_has_a_kind_or_the_rule_that_failed(gold, kind):
    assert read(gold).kind == kind
    assert (read(gold).rule is not None) == (kind == "unread")


BOMBS = [
    "9^{9^{9^{9^9}}}",
    "((100!)!)!",
    "10^{10^{10}}!",
    "\\binom{10^{12}}{10^6}",
    "\\sum_{k=1}^{10^9} \\sum_{j=1}^{10^9} jk",
    "(" * 1_000_000 + "5" + ")" * 1_000_000,
    "[" * 9_000 + "5" + "]" * 9_000,
    "\\frac{1}{1+" * 2_000 + "}" * 2_000,
    "\\sqrt" * 4_000 + "2",
    "2^" * 3_000 + "2",
    "1/" * 5_000 + "1",
    "-" * 9_000 + "1",
    "7" * 1_000_000,
    "x" + "\\pm 1" * 3_000,
    "\\begin{pmatrix}" * 3_000,
    "\\det\\begin{pmatrix}" + "\\\\".join("&".join("1" * 40) for _ in range(40)) + "\\end{pmatrix}",
    ",".join("1" * 5_000),
    "e^{e^{e^{100}}}",
    "\\Gamma(10^{20})",
    "{" * 5_000,
    "|" * 5_001,
    "\\text{" * 3_000,
    "\ud800\0\u202e^_{}",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: f"{bomb[:12]} {len(bomb)}")
def test_bombs_are_refused(bomb):
    assert not equal("5", bomb.replace("5", "6"))
    assert not equal(bomb.replace("5", "6"), "5")
    assert not equal("x^2", bomb)


REPEATED = [
    "$x$ abcdefgh \\",
    "abcdefghijklmnop9 ",
    "\\[ 1 ",
    "\\text{,, x ,,",
    "\\mathrm{",
    "A .",
    " ",
    "1\\frac{",
    "\\pi e ",
    "\\\\[",
    "1, ",
]


@pytest.mark.parametrize("piece", REPEATED)
def test_long_texts_are_read_in_linear_time(piece):
    text = piece * (8_000 // len(piece))
    begin = time.process_time()
    with Alarm(60):  # out of an expression that can be matched in very many ways
        for long in (text, f"{text}5", f"A{text}5"):
            equal(long, "5")
            equal_in_sentence("x + 1", long)
            written_alike(long, "5")
    assert time.process_time() - begin < 3


def test_any_text_has_a_verdict():
    draw = random.Random(0)
    pieces = [
        *"0123456789.,;:=<>+-*/^_!|(){}[]&%$'\\ xyni",
        "\\frac",
        "\\sqrt",
        "\\left",
        "\\right",
        "\\text{ and }",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\\\",
        "\\in",
        "\\cup",
        "\\pm",
        "\\le",
        "\\sum_{k=1}^",
        "\\sin",
        "\\log_",
        "\\infty",
        "^\\circ",
        "\\{",
        "\\}",
        "\\mid",
        "cm",
        "or",
        "\\overline",
        "\\binom",
        "f(x)=",
        "\\pmod",
        "1/3",
        "\\mathbb{R}",
        "\\lfloor",
        "\\rfloor",
        "\\begin{cases}",
        "\\end{cases}",
    ]
    for _ in range(1_500):
        one, other = ("".join(draw.choices(pieces, k=draw.randint(1, 14))) for _ in range(2))
        equal(one, other)
        equal(one, one)
        equal_in_sentence(one, f"The answer is {other}.")


def test_random_trees_are_told_apart():
    """A small run of tests/trials/fuzz.py, where mpmath says what is equal."""
    spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parents[2] / "trials/fuzz.py")
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    wrong, times = fuzz.run(250, seed=5)
    assert not wrong
    assert len(times) > 300


def test_the_examples_of_the_package_are_true():
    assert doctest.testmod(mathematics).failed == 0
