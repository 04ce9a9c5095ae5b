"""Mathematics as people write it: notations, exact comparison, sets and relations, other functions of a name."""

import pytest

from boundary.verifying.equality import equal, equal_in_sentence, written_alike
from boundary.verifying.notation import numeral, plain, spelled

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
    ("(1,0.5]", "(1,\\frac{1}{2}]"),
    # a letter
    ("D", "\\textbf{(D)} 12"),
    ("\\text{(C)}", "C"),
    ("5", "\\textbf{A. } 5"),
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
]


@pytest.mark.parametrize(("gold", "answer", "right"), [(*p, True) for p in EQUAL] + [(*p, False) for p in DIFFERENT])
def test_what_is_equal(gold, answer, right):
    assert equal(gold, answer) is right


def test_the_last_number_of_a_sentence_is_its_answer():
    assert equal_in_sentence("1250", "So she earned 1,250 dollars in all.")
    assert not equal_in_sentence("1250", "So she earned 1,250 of 1,300 dollars.")


def test_numerals_are_exact_and_never_work_a_tower_out():
    assert numeral(spelled("4.5e33"))[0] == 45 * 10**32
    assert numeral(spelled("1e400000000")) is None
    assert written_alike("2.50", "\\frac{5}{2}")
    assert not written_alike("2.5000001", "2.5")
    assert plain("x²+½") == "x^{2}+\\frac{1}{2}"
