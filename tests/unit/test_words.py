"""All text that people read, without habits that make it hard to read.

What a pattern cannot find (a clause in place of a noun, one word for several things) a reader must.
"""

import ast
import re
from pathlib import Path

import yaml

from conftest import ROOT

HABITS = {  # a habit to drop, and what to write
    r"\bin place of\b": "instead of",
    r"\bbeside\b": "next to",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bsays? so\b": "report it",
    r"\bstands?\b(?! for\b)": "is",
    r"\banew\b": "again",
    r"\bguess floors?\b": "guessing baseline",
    r"\bcut off\b": "truncated",
    r"\bsuch problems\b(?! (instead|as)\b)": "problems like these",
    r"\bvery problems\b": "exactly these problems",
    r"\b(would|could) [^.;:]*, (were|had) ": "if ...",
    r"(?:^|[.:;]\s|-\s)Of\s(?!course\b)": "a sentence that begins with its subject",
    r"\bby itself\b": "alone, or say what of",
    r"\bnobody\b": "not known, or say who",
    r"\bwherever they\b|\bas they stand\b": "unchanged",
    r"\bwhat is there already\b|\bthose that were\b": "name the thing",
    r"\bone's own\b": "your own",
}
PAGES = ("*.md", "docs/*.md", "config/*.md", "workflow/report/*.rst")
SHOWN = {"InputError", "WorkflowError", "print", "info", "warning", "error", "ValueError"}  # calls whose text is shown


def prose(text: str) -> str:
    """Markdown or reStructuredText without code."""
    text = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
    return re.sub(r"``[^`]*``|`[^`]*`", "", text)


def messages(file: Path) -> str:
    """The text of errors, warnings and lines on the terminal of a file of Python."""
    tree, found = ast.parse(file.read_text()), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in SHOWN:
            for part in (one for argument in node.args for one in ast.walk(argument)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.append(part.value)
    return "\n".join(found)


def texts() -> dict[str, str]:
    """Every text that is shown to people, by its file."""
    pages = [page for pattern in PAGES for page in ROOT.glob(pattern)]
    found = {str(page.relative_to(ROOT)): prose(page.read_text()) for page in pages}
    for page in ROOT.glob("workflow/report/**/*.html"):
        text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>|{%.*?%}|{{.*?}}", " ", page.read_text(), flags=re.S)
        found[str(page.relative_to(ROOT))] = text
    for rules in ROOT.glob("rules/*.smk"):
        found[str(rules.relative_to(ROOT))] = "\n".join(re.findall(r'"""(Target: .*?)"""', rules.read_text(), re.S))
    for file in (ROOT / "workflow/scripts").rglob("*.py"):
        found[str(file.relative_to(ROOT))] = messages(file)
    return found


def test_no_text_has_a_habit_that_makes_it_hard_to_read():
    wrong = []
    for file, text in texts().items():
        for habit, instead in HABITS.items():
            for match in re.finditer(habit.replace(" ", r"\s+"), text, flags=re.M):
                start = text.rfind("\n", 0, match.start()) + 1
                line = text[start : text.find("\n", match.end())] if "\n" in text[match.end() :] else text[start:]
                wrong.append(f"{file}: {line.strip()[:110]!r}: not {match[0].strip()!r} but {instead}")
    assert wrong == []


def test_the_schema_is_among_the_texts():
    schema = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text())
    assert schema["properties"]["seed"]["description"] in (ROOT / "docs/keys.md").read_text()
