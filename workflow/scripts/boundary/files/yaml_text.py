"""YAML from other people: parsed only if its size is sensible after aliases are followed.

A few lines of YAML can expand to more values than fit into memory, contain themselves, or be nested so deeply that the
parser in C ends the process. Therefore the events are checked first, in time linear in the text. Light: runs at parse
time.
"""

import yaml

DEEPEST, MOST_VALUES = 64, 2_000_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreasonable(yaml.YAMLError):
    """YAML that is nested too deeply, contains itself, or expands to too many values."""


def parse_yaml(text: str):
    """The value of YAML, plain values only. yaml.YAMLError if it is invalid, or `Unreasonable`."""
    require_reasonable(text)
    return yaml.load(text, Loader=LOADER)


def require_reasonable(text: str) -> None:
    """`Unreasonable`, with the line, if a text must not be parsed further; yaml.YAMLError if it is not YAML."""
    values, sizes, open_anchors = [0], {}, []  # values: of each collection that is open, and around them of the text
    for event in yaml.parse(text, Loader=LOADER):
        size = 1
        if isinstance(event, yaml.CollectionStartEvent):
            values.append(1)
            open_anchors.append(event.anchor)
            if len(values) > DEEPEST:
                raise Unreasonable(f"line {_line(event)}: nested more than {DEEPEST} deep")
            continue
        if isinstance(event, yaml.CollectionEndEvent):
            size = values.pop()
            sizes[open_anchors.pop()] = size
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in open_anchors:
                raise Unreasonable(f"line {_line(event)}: *{event.anchor} is inside of what it stands for")
            size = sizes.get(event.anchor, 1)
        elif isinstance(event, yaml.ScalarEvent):
            sizes[event.anchor] = 1
        else:
            continue
        values[-1] += size
        if values[-1] > MOST_VALUES:
            raise Unreasonable(f"line {_line(event)}: its aliases stand for more than {MOST_VALUES:,} values")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1
