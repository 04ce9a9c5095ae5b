"""Writes docs/keys.md, the table of all keys of a configuration, from the descriptions in its schema."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from boundary.benchmarks.formats import FIELDS, FORMATS

SCHEMA = ROOT / "config/schemas/config.schema.yaml"
PAGE = ROOT / "docs/keys.md"
TOP = """# Keys of a configuration

Written by `python docs/keys.py` from `config/schemas/config.schema.yaml`: change a description there. `*` stands for a
name of your own. A required key is required if its mapping is given. Mistakes are reported before any job runs, with
the file, the key, its value and the allowed values; mistakes in a problem file when the benchmark is built, with the
row.
[config/README.md](../config/README.md) has examples and explains how keys work together.
"""
FORMATS_TOP = """Values of `benchmarks.*.format`, generated from the code. Tests of `humaneval` and `mbpp` are code:
they run in a process of their own, next to the program's ([verdicts.md](verdicts.md)). All other columns are ignored,
and named in the log.
"""
HEAD = "| key | meaning | allowed | default |\n|---|---|---|---|"
NEEDED = "must be there"  # as a mark of a key; shown in place of a default
KINDS = {"string": "text", "integer": "whole number", "array": "list", "object": "mapping", "boolean": "true or false"}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def page(schema: dict) -> str:
    """The page of a schema: a table of the run's own keys, and one of every mapping below it."""
    keys = {
        name: _resolved(schema, key)
        for name, key in _children(schema, {k: schema[k] for k in ("properties", "required")})
    }
    own = {name: key for name, key in keys.items() if not _below(schema, name, key)}
    parts = [TOP, "## Of the run\n", HEAD, *(_row(name, key) for name, key in own.items())]
    for name in (name for name in keys if name not in own):
        found = _below(schema, name, keys[name])
        parts += [f"\n## {name}\n", f"{_sentence(keys[name]['description'])}\n", HEAD]
        parts += [_row(*entry) for entry in found.items()]
    return "\n".join([*parts, *_formats()]) + "\n"


def _formats() -> list[str]:
    """The columns of every format of a code benchmark, from what reads them."""
    rows = [
        f"| `{name}` | {', '.join(f'`{column}`' for column in fields.needed)} "
        f"| {', '.join(f'`{column}`' for column in fields.read)} | {FORMATS[name].__doc__} |"
        for name, fields in FIELDS.items()
    ]
    head = "| format | required columns | optional columns | what a row is |\n|---|---|---|---|"
    return ["\n## Formats of code benchmarks\n", FORMATS_TOP, head, *rows]


def _below(schema: dict, path: str, key: dict) -> dict[str, dict]:
    """Every key below a key by its path; those that have keys below them only where something is said of them."""
    found: dict[str, dict] = {}
    for name, inner in _children(schema, key):
        if "/properties/" in inner.get("$ref", ""):
            continue  # a key of another mapping, which has its row there
        inner = _resolved(schema, inner)
        below = _below(schema, f"{path}.{name}", inner)
        if name != "*" and ("description" in inner or not below):
            found.setdefault(f"{path}.{name}", inner)
        for one, entry in below.items():
            found.setdefault(one, entry)
    return found


def _children(schema: dict, key: dict) -> list[tuple[str, dict]]:
    """The properties of a key, of its alternatives, and of what a name of one's own or an item is."""
    asked = [*key.get("required", []), *(name for rule in key.get("allOf", []) for name in _asked_else(rule))]
    found = [
        (name, inner | ({NEEDED: True} if name in asked and "readOnly" not in inner else {}))
        for name, inner in key.get("properties", {}).items()
    ]
    for one in (key.get("additionalProperties"), key.get("items")):
        inner = _resolved(schema, one) if isinstance(one, dict) else {}
        if any(word in inner for word in ("properties", "oneOf", "then")):
            found.append(("*", inner))
    for one in (*key.get("oneOf", []), *(key[word] for word in ("else", "then") if word in key)):
        decides = key.get("if", {}).get("required", [])  # which alternative it is, by being there
        for name, inner in _children(schema, _resolved(schema, one)):
            found.append((name, {k: v for k, v in inner.items() if k != NEEDED or name not in decides}))
    return found


def _asked_else(rule: dict) -> list[str]:
    """What must be there unless a rule says otherwise."""
    return rule.get("else", {}).get("required", []) if "required" in rule.get("if", {}) else []


def _resolved(schema: dict, key: dict) -> dict:
    """A key with what it refers to; what it says itself wins."""
    if "$ref" not in key:
        return key
    found = schema
    for part in key["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    said = {name: value for name, value in key.items() if name != "$ref"}
    return {**_resolved(schema, found), **said}


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _row(path: str, key: dict) -> str:
    default = key.get("default")
    shown = (
        "required"
        if NEEDED in key
        else ""
        if default in (None, {}, [])
        else f"`{str(default).lower() if default in (True, False) else default}`"
    )
    cells = (f"`{path}`", key.get("description", ""), _allowed(key), shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _allowed(key: dict) -> str:
    """What a key may be, in a few words."""
    if "enum" in key:
        return ", ".join(f"`{value}`" for value in key["enum"])
    if "const" in key:
        return f"`{str(key['const']).lower()}`"
    if "type" not in key:
        return " or ".join(dict.fromkeys(filter(None, map(_allowed, key.get("oneOf", [])))))
    kinds = [key["type"]] if isinstance(key["type"], str) else key["type"]
    bounds = ", ".join(f"{sign} {key[word]}" for word, sign in BOUNDS.items() if word in key)
    return f"{' or '.join(KINDS.get(kind, kind) for kind in kinds)} {bounds}".strip()


if __name__ == "__main__":
    PAGE.write_text(page(yaml.safe_load(SCHEMA.read_text())))
