"""Several prompts of one model, and prompts with worked examples. Light: runs at parse time.

`prompts: [a, b]` of a model is shorthand for a further model `{model}.b`: the same with another prompt. `prompt` names
the model's own prompt, so the order has no effect; without `prompt` it is the first.
"""

import csv
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from boundary.config.explanations import suggest
from boundary.errors import InputError
from boundary.files.locations import located, looked_in

SHOWN = ("label", "color", "marker")  # of a model: not what it is
FORMS = {"box": "\\boxed{{{}}}", "line": "Answer: {}", "tags": "<answer>{}</answer>"}
SIGNS = {"box": "\\boxed{", "line": "Answer:", "tags": "<answer>"}  # that a text has its form already
HOLES = ("{question}", "{starter_code}")


# --- several prompts of a model --------------------------------------------------------------------------------------


def say_own_prompts(config: dict) -> None:
    """Set `prompt` of every model that has only `prompts` to the first of them, before trainings read their start."""
    for _, entry in _with_several(config):
        entry.setdefault("prompt", entry["prompts"][0])


def expand_prompts(config: dict) -> dict[str, dict[str, str]]:
    """Every entry of a model's `prompts` becomes a model of its own, unless the run already has that model.

    Returns model -> prompt -> the model with that prompt, sorted by prompts; the key itself is removed. Values of
    another shape are left for the schema to report.
    """
    found = {}
    for name, entry in list(_with_several(config)):
        key, prompts, own = f"config: models.{name}.prompts", entry["prompts"], entry.get("prompt")
        if not isinstance(own, str):
            raise InputError(
                f"{key}: models.{name}.prompt names prompts by benchmark; say one of them, or leave it out"
            )
        if own not in prompts:
            raise InputError(
                f"{key} = {prompts}: the model's own prompt {own!r} must be one of them, as its samples are of that"
            )
        for prompt in prompts:
            if prompt not in config["prompts"]:
                raise InputError(f"{key}: {prompt!r} is no prompt{suggest(prompt, config['prompts'])}")
        del entry["prompts"]
        found[name] = {prompt: _asked(config, name, prompt) for prompt in sorted(set(prompts))}
    return {name: models for name, models in found.items() if len(models) > 1}


def _with_several(config: dict) -> Iterator[tuple[str, dict]]:
    models = config.get("models")
    for name, entry in models.items() if isinstance(models, dict) else ():
        prompts = entry.get("prompts") if isinstance(entry, dict) else None
        if isinstance(prompts, list) and prompts and all(isinstance(prompt, str) for prompt in prompts):
            yield name, entry


def _asked(config: dict, name: str, prompt: str) -> str:
    """The model that is `name` under a prompt, added to the run where it has none."""
    models, entry = config["models"], config["models"][name]
    if entry["prompt"] == prompt:
        return name
    wanted = {key: value for key, value in entry.items() if key not in SHOWN} | {"prompt": prompt}
    for other, known in models.items():
        if isinstance(known, dict) and {key: v for key, v in known.items() if key not in (*SHOWN, "prompts")} == wanted:
            return other
    new = f"{name}.{prompt}"
    if new in models:
        raise InputError(
            f"config: models.{name}.prompts: there is a model {new!r} already, which is another than {name} under "
            f"{prompt!r}; rename it"
        )
    models[new] = wanted | {"label": f"{entry.get('label', name)}, {prompt}"}
    return new


# --- examples in a prompt --------------------------------------------------------------------------------------------


def add_shots(config: dict, places: list[Path]) -> None:
    """Prompts with `shots` become the text that is sent: with the examples before the question, or a chat with turns.

    The texts of the used rows are part of the prompt; the rest of the file and its path are not. `shots` of the
    configuration has, by prompt, the questions of its examples, which no benchmark may contain.
    """
    asked = {}
    for name, entry in config["prompts"].items():
        if isinstance(entry, dict) and "shots" in entry:
            config["prompts"][name], asked[name] = _with_shots(config, name, entry, places)
    if asked:
        config["shots"] = asked


def _with_shots(config: dict, name: str, entry: dict, places: list[Path]) -> tuple[str | dict, list[str]]:
    key, shots = f"config: prompts.{name}.shots", entry["shots"]
    template, form = entry.get("text", entry.get("chat")), config["answer_forms"].get(name)
    if not isinstance(template, str):
        raise InputError(f"{key}: a prompt with examples has one text, not one with and one without starter code")
    path = Path(located(shots["file"], places))
    if not path.is_file():
        raise InputError(f"{key}.file = {shots['file']!r}: there is no such file{looked_in(shots['file'], places)}")
    examples = []
    for number, row in enumerate(_first_rows(key, path, shots["count"]), start=1):
        question, answer = (_text(key, path, number, row, shots[column]) for column in ("question", "answer"))
        examples.append((question, answer if form is None or SIGNS[form] in answer else FORMS[form].format(answer)))
    asked = [question for question, _ in examples]
    if len(set(asked)) < len(asked):
        raise InputError(f"{key}: two of the first {shots['count']} rows of {path} have the same question")
    said = [(template.replace("{question}", question), answer) for question, answer in examples]
    if "chat" in entry:
        return entry | {"shots": [list(turns) for turns in said]}, asked
    return "".join(f"{text}{answer}{shots['end']}" for text, answer in said) + template, asked


def _text(key: str, path: Path, number: int, row: dict, column: str) -> str:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        known = ", ".join(map(str, row))
        raise InputError(f"{key}: {path}, row {number} has no text or number in column {column!r}; columns: {known}")
    text = str(value)
    if hole := next((hole for hole in HOLES if hole in text), None):
        raise InputError(f"{key}: {path}, row {number} holds {hole}, which would be filled in; take another example")
    return text


def _first_rows(key: str, path: Path, count: int) -> list[dict]:
    """The first rows of a `.jsonl` or `.csv` file."""
    if path.suffix not in (".jsonl", ".csv"):
        raise InputError(f"{key}.file = {str(path)!r}: examples are read of .jsonl and .csv files")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = (line for line in file if line.strip())
            rows = csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, lines)
            found = list(itertools.islice(rows, count))
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        raise InputError(f"{key}: {path} cannot be read: {error}") from error
    if len(found) < count or not all(isinstance(row, dict) for row in found):
        raise InputError(f"{key}.count = {count}: {path} has {len(found)} rows, each of which must be an object")
    return found
