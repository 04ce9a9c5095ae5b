"""Keys that appear twice in a YAML file, of which a parser silently takes the last."""

from pathlib import Path

import yaml

from boundary.errors import InputError


def require_unique_keys(file: Path) -> None:
    """InputError with both lines where a mapping of the file has a key twice."""
    try:
        tree = yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, ValueError, yaml.YAMLError):
        return  # whoever reads the file says so
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        if not isinstance(node, yaml.MappingNode):
            continue
        seen: dict[str, int] = {}
        for key, value in node.value:
            waiting.append(value)
            line = key.start_mark.line + 1
            if (first := seen.get(str(key.value))) is not None:
                raise InputError(f"{file}: the key {key.value!r} appears twice, in lines {first} and {line}; keep one")
            seen[str(key.value)] = line
