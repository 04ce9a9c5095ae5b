"""Faults that Snakemake's parser accepts silently: a key that appears twice, of which the last one counts, and
aliases that expand beyond what can be read."""

from pathlib import Path

import yaml

from boundary.errors import InputError
from boundary.files.yaml_text import LOADER, Unreasonable, require_reasonable


def require_unique_keys(file: Path) -> None:
    """InputError with both lines if a mapping of the file has a key twice, and if the file is `Unreasonable`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        require_reasonable(text)
        tree = yaml.compose(text, Loader=LOADER)
    except Unreasonable as error:
        raise InputError(f"{file}, {error}") from None
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
