"""The page as HTML: a Jinja template, with all its data inside."""

import base64
import itertools
import json
import math
import re
from pathlib import Path
from types import SimpleNamespace

import docutils.core
import polars as pl
from docutils import nodes
from docutils.readers.standalone import Reader
from docutils.transforms import Transform
from jinja2 import Environment
from markupsafe import Markup

from boundary.analysis.kinds import EVERY, KINDS, OVERTAKES, Claim
from boundary.contracts import FileTable, PageSpec
from boundary.files import store
from boundary.files.cells import shown
from boundary.report.texts import decision, many

UNITS = {"share": "points"}  # in which the page shows numbers that files have in others
MOST_ROWS = 5000  # of a table that the page holds; its file has them all
MOST_BYTES = 5 << 20  # of figures that the page holds; others are linked
QUIET = {"file_insertion_enabled": False, "raw_enabled": False, "report_level": 5, "initial_header_level": 3}
UNBROKEN = re.compile(
    r"(?<=\b[kn]) (?==)|(?<=[kn] =) |(?<=\[[^\s\]]) |(?<=\d) (?=points|problems|samples)"
)  # no line ends here
LINKED = (None, "http", "https", "mailto")  # schemes of links; None is within the report


def render(template: str, **shown) -> str:
    """The page. Text of users, models and benchmarks is escaped, or is JSON that the page shows as text."""
    environment = Environment(autoescape=True, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["unbroken"] = lambda text: UNBROKEN.sub("\N{NO-BREAK SPACE}", text)
    environment.filters["many"] = many
    return environment.from_string(template).render(**shown)


def html_of(text: str) -> Markup:
    """reStructuredText, such as captions, as HTML. Links lead only to pages and mail."""
    html = docutils.core.publish_parts(text, reader=_Reader(), writer="html5", settings_overrides=QUIET)["fragment"]
    return Markup(MAIL.sub(r"\1", html))


class _OnlyPages(Transform):
    """Links that a browser would run, such as `javascript:`, become their text; images from anywhere else go."""

    default_priority = 900

    def apply(self) -> None:
        for link in list(self.document.findall(nodes.reference)):
            if _scheme(link.get("refuri", "")) not in LINKED:
                link.replace_self(link.children)
        for image in list(self.document.findall(nodes.image)):
            if _scheme(image["uri"]) is not None:
                image.replace_self(nodes.Text(image.get("alt", "")))


class _Reader(Reader):
    def get_transforms(self) -> list:
        return [*super().get_transforms(), _OnlyPages]


def _scheme(address: str) -> str | None:
    """The scheme of an address as browsers read it, who pass over blanks and control characters; None without one."""
    found = re.match(r"([^/?#]*?):", "".join(one for one in address if one > " "))
    return found and found[1].casefold()


MAIL = re.compile(r'<a [^>]*href="mailto:[^"]*">(.*?)</a>')  # what has an @ in it, such as a metric, is no address


def caption(text: str, names: dict[str, str], spec: PageSpec) -> Markup:
    """A caption of Snakemake's report, filled with the wildcards and the spec of its subject."""
    about = SimpleNamespace(wildcards=SimpleNamespace(**names), params=SimpleNamespace(spec=spec))
    return html_of(Environment(autoescape=False).from_string(text).render(snakemake=about))


def figures(listed: list[dict], captions: dict[str, str]) -> list[dict]:
    """The figures by condition, each as image data, or as a link if all together would be too large.

    listed: of `spec.page`. captions: text by name.
    """
    by_condition: dict[str, list[dict]] = {}
    held = 0
    for figure in listed:
        content = store.read_drawing(figure["path"])
        held += len(content) * 4 // 3
        source = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}" if held < MOST_BYTES else None
        entry = {
            "category": re.sub(r"^\d+\. ", "", figure["category"]),
            "numbered": figure["category"],
            "title": " ".join(filter(None, [in_words(figure["name"]), figure["names"].get("group")])),
            "source": source,
            "file": figure["path"].removeprefix("results/"),
            "caption": caption(captions.get(figure["name"], ""), figure["names"], figure["spec"]),
        }
        names = figure["names"]
        where = f"{names['benchmark']}, {names.get('decoding', 'along decodings')}" if names else "training"
        by_condition.setdefault(where, []).append(entry)
    order = lambda entry: int("".join(itertools.takewhile(str.isdecimal, entry["numbered"])) or 99)  # noqa: E731
    return [{"condition": where, "figures": sorted(found, key=order)} for where, found in by_condition.items()]


def in_words(name: str) -> str:
    """The name of a figure or table as a title."""
    return name.replace("_", " ").replace("passk", "pass@k")


def file_table(path: str, captions: dict[str, str], spec: PageSpec) -> FileTable:
    """A table in a file, as the page shows it."""
    name = Path(path).stem
    text = store.read_text(path, Path(path).with_suffix(".parquet"))
    frame = pl.read_csv(text.encode(), infer_schema=False) if len(text) > 1 else pl.DataFrame()
    rows = [list(row) for row in shown(frame.head(MOST_ROWS)).iter_rows()]
    text = caption(captions.get(f"table_{name}", ""), {}, spec)
    return {
        "name": name,
        "title": in_words(name),
        "columns": frame.columns,
        "rows": rows,
        "all": len(frame),
        "file": f"tables/{name}.csv",
        "caption": text,
    }


def claims_table(claims: list[Claim], labels: dict[str, str]) -> dict:
    """Every claim with its three decisions, its numbers and their unit, and the file that has them."""
    columns = ["decision (Holm)", "claim", "tuned", "base", "benchmark", "decoding", "direction"]
    columns += [
        "estimate",
        "low",
        "high",
        "unit",
        "k",
        "k is",
        "n",
        "problems",
        "uncorrected",
        "FDR",
        "p",
        "may be luck",
        "decided by",
        "numbers from",
    ]
    rows = []
    for claim in claims:
        unit = UNITS.get(unit := KINDS[claim["kind"]].unit, unit)
        numbers = (_number(claim[end], claim["n"], unit) for end in ("estimate", "low", "high"))
        row: list = [decision(claim), claim["claim"], labels[claim["tuned"]], labels[claim["base"]]]
        row += [claim["benchmark"], claim["decoding"], claim.get("direction", ""), *numbers, unit]
        crosses = claim["kind"] == OVERTAKES and not math.isinf(claim["estimate"])
        row += [round(claim["estimate"]), "of the estimate"] if crosses else [claim["k"], claim["k_is"]]
        luck = {True: "yes", False: "no", None: ""}[claim.get("may_be_luck")]
        row += [claim["n"], claim.get("problems"), claim["verdict"], claim["fdr"], float(f"{claim['p']:.2g}"), luck]
        row += [claim["test"]]
        rows.append([*row, source(claim)])
    return {"columns": columns, "rows": rows}


def _number(value: float, n: int, unit: str) -> float | str:
    return f"above {n}" if math.isinf(value) else round(100 * value, 2) if unit == "points" else round(value, 4)


def source(claim: Claim) -> list[str]:
    """Text and link of the file that has a claim's numbers."""
    file = f"{KINDS[claim['kind']].source}.parquet"
    where = f"pairs/{claim['base']}-vs-{claim['tuned']}/{claim['benchmark']}/{claim['decoding']}/{file}"
    return ["claims.json", "claims.json"] if claim["benchmark"] == EVERY else [where, where]


def as_data(value) -> Markup:
    """JSON for a script element, without characters that could end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
