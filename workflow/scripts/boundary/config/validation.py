"""Configurations against their JSON schema, defaults filled in. Light: runs at parse time."""

import copy
import math
import re
from collections.abc import Iterator

import jsonschema

from boundary.config.explanations import explain, shortened
from boundary.errors import InputError

MOST_SAID = 5


def require_valid(config: dict, schema: dict) -> None:
    """Fill the schema's defaults into `config`. InputError naming key, value and what is allowed if it violates the
    schema."""
    require_plain(config)
    errors = sorted(_Validator(schema).iter_errors(config), key=lambda error: (len(error.absolute_path), error.message))
    if errors:
        said = dict.fromkeys(f"config: {explain(error)}" for error in errors)
        raise InputError("\n".join(list(said)[:MOST_SAID]))


def require_plain(config) -> None:
    """InputError for numbers that are not finite and for half characters, anywhere in the configuration."""
    for key, value in _values(config):
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"config: {shortened(key)} = {value}: must be a finite number")
        if isinstance(value, str) and not value.isascii() and re.search("[\ud800-\udfff]", value):
            raise InputError(
                f"config: {key!a:.200} = {value!a:.200}: holds half of a surrogate pair, which is no character"
            )


def _values(config) -> Iterator[tuple[str, object]]:
    """Every key and value in a configuration, with the keys that lead to it."""
    waiting = [("", config)]
    while waiting:
        key, value = waiting.pop()
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for name, child in children:
            inner = f"{key}.{name}".strip(".")
            yield inner, name
            waiting.append((inner, child))
        yield key, value


def _fill_defaults(validator, properties, instance, schema):
    """jsonschema's documented extension: fill `default` values while validating."""
    if isinstance(instance, dict):
        for key, subschema in properties.items():
            if "default" in subschema:
                instance.setdefault(key, copy.deepcopy(subschema["default"]))
    yield from jsonschema.Draft202012Validator.VALIDATORS["properties"](validator, properties, instance, schema)


def _match_pattern(validator, pattern, instance, schema):
    """Patterns as JSON schema means them (ECMA-262): `$` is the very end, which Python's is not before a line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator, {"properties": _fill_defaults, "pattern": _match_pattern}
)
