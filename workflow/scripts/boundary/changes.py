"""Differences between two settings, in plain words: `temperature was 1.0, is 0.9`. Light: runs at parse time."""

from typing import Any

LONGEST = 40  # characters of a value
ADDED, REMOVED = "added", "left out"
MOST_NAMES = 4


def changes(before: Any, now: Any, name: str = "it") -> list[str]:
    """Differences between two values, a phrase each; null and missing are the same.

    name: of the values; nested values are named by their keys.
    """
    if isinstance(before, dict) and isinstance(now, dict):
        keys = dict.fromkeys([*before, *now])
        return [line for key in keys for line in changes(before.get(key), now.get(key), str(key))]
    if _are_parts(before) and _are_parts(now):
        return _of_parts(_by_name(before), _by_name(now))
    if isinstance(before, list | tuple) and isinstance(now, list | tuple) and len(before) == len(now):
        return [line for one, other in zip(before, now, strict=True) for line in changes(one, other, name)]
    return [] if before == now else [_change(name, before, now)]


def _are_parts(value: Any) -> bool:
    """Whether value lists named parts of a job, such as figures or tables: dicts, each with a `name` of its own."""
    if not isinstance(value, list | tuple) or not all(isinstance(part, dict) and "name" in part for part in value):
        return False
    return len(_by_name(value)) == len(value)


def _by_name(parts: Any) -> dict[str, dict]:
    return {str(part["name"]): part for part in parts}


def _of_parts(before: dict[str, dict], now: dict[str, dict]) -> list[str]:
    """What differs between the parts of a job, by their names."""
    added, removed = [key for key in now if key not in before], [key for key in before if key not in now]
    inside = [line for key in now if key in before for line in changes(before[key], now[key], key)]
    phrases = [
        *([f"{ADDED}: {_few(added)}"] if added else []),
        *([f"{REMOVED}: {_few(removed)}"] if removed else []),
        *inside,
    ]
    return phrases or (["their order changed"] if list(before) != list(now) else [])


def _change(name: str, before: Any, now: Any) -> str:
    """One setting that differs. Values that take more than a glance to read are left out."""
    was, value = _short(before), _short(now)
    if was and value:
        return f"{name} was {was}, is {value}"
    return f"{name} {'is new' if before is None else 'is gone' if now is None else 'changed'}"


def _few(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _short(value: Any) -> str | None:
    """A value as a reader would write it; None if it is long or nested."""
    if value is None:
        return "not set"
    if isinstance(value, list | tuple):
        items = ["/".join(item) if _are_texts(item) else item for item in value]
        if not all(isinstance(item, str | int | float) for item in items):
            return None
        shown = ", ".join(map(str, items)) or "none"
    elif isinstance(value, dict):
        shown = "none" if not value else ""
    else:
        shown = str(value) if isinstance(value, str) else repr(value)
        return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
    return shown if 0 < len(shown) <= LONGEST else None


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
