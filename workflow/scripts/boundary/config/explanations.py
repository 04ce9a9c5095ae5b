"""Explanation of an error in a configuration, in one line: the key, its value, and what is allowed."""

import difflib
from collections.abc import Callable

import jsonschema

MOST_CHARACTERS = 200  # of a value
KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}


def suggest(name: str, known) -> str:
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def explain(error: jsonschema.ValidationError) -> str:
    """One line: key, value, and what is allowed."""
    parts = (str(part) if str(part).isprintable() else repr(part) for part in error.absolute_path)
    key = shortened(".".join(parts)) or "(top level)"
    if error.validator == "additionalProperties":
        keys = list(error.schema.get("properties", {}))
        unknown = [name for name in error.instance if name not in keys]
        near, name = suggest(unknown[0], keys), shortened(repr(unknown[0]))
        return f"{key}: unknown key {name}" + (near or f"; allowed: {', '.join(keys)}")
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{key}: the key {missing[0]!r} is missing"
    if error.context:  # of alternatives: what is wrong with the nearest
        nearest = [reason for reason in error.context if reason.validator != "type"] or error.context
        return explain(jsonschema.exceptions.best_match(nearest))
    rules: dict[str, Callable[[], object]] = {
        "enum": lambda: f"one of {', '.join(map(str, error.validator_value))}",
        "type": lambda: _kinds(error.validator_value),
        "minimum": lambda: f"at least {error.validator_value}",
        "exclusiveMinimum": lambda: f"more than {error.validator_value}",
        "maximum": lambda: f"at most {error.validator_value}",
        "exclusiveMaximum": lambda: f"less than {error.validator_value}",
        "minProperties": lambda: "a mapping with at least one entry",
        "minItems": lambda: f"a list with at least {counted(error.validator_value)}",
        "maxItems": lambda: f"a list with at most {counted(error.validator_value)}",
        "minLength": lambda: "text that is not empty",
        "maxLength": lambda: f"text of at most {error.validator_value} characters",
        "uniqueItems": lambda: "a list without the same entry twice",
        "multipleOf": lambda: f"a multiple of {error.validator_value}",
        "const": lambda: repr(error.validator_value),
        "pattern": lambda: error.schema.get("description", f"text that matches {error.validator_value}"),
    }
    allowed = rules.get(error.validator)
    is_name = "propertyNames" in error.absolute_schema_path
    value = shortened(repr(error.instance))
    said = f"{key}: the name {value}" if is_name else f"{key} = {value}"
    return f"{said}: " + (f"must be {allowed()}" if allowed else shortened(error.message))


def counted(entries: int) -> str:
    return f"{entries} entr{'y' if entries == 1 else 'ies'}"


def _kinds(kinds: str | list[str]) -> str:
    """What a value may be, in the words of docs/keys.md."""
    return " or ".join(KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))


def shortened(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} ..."
