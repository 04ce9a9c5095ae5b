"""The configuration: registries merged in, defaults filled, every key checked. Runs at parse time, so it stays light.

Knows a user's configuration. Knows nothing about rules and paths of results.
"""

import copy
import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from boundary.config import checks, screening
from boundary.config.axes import check_axes
from boundary.config.checkpoints import add_checkpoints
from boundary.config.commits import OF_MODELS, take_commits
from boundary.config.cuts import resolve_cuts
from boundary.config.explanations import suggest
from boundary.config.opened import opened
from boundary.config.prompts import add_shots, expand_prompts, say_own_prompts
from boundary.config.trainings import add_trained, expand_trainings, merge_recipes
from boundary.config.validation import require_plain, require_valid
from boundary.contracts import Config
from boundary.errors import InputError
from boundary.files.locations import COMMIT, all_located, is_hub_id, located
from boundary.files.packages import gguf_of
from boundary.files.yaml_text import LOADER
from boundary.plans import said

# which key of a benchmark names where its problems come from, and what belongs to it alone
SOURCES = {
    "file": (),
    "hub": ("revision", "files"),
    "url": ("sha256",),
    "task": ("seed", "set", "largest"),
    "reasoning_gym": ("seed", "options"),
    "of": (),
}
SOURCE_NAMES = {"task": "zoo"}


def resolve(given: Any, root: Path, locked: Mapping[str, str] | None = None, beside: Path = Path()) -> Config:
    """The complete configuration of a run.

    given: the user's configuration (config files and --config). root: folder of the Snakefile, with the registries.
    locked: commits of the branches of hub ids, from `hub.read_lock`. beside: folder of the configuration file, in which
    relative paths of a user are searched before the working folder; those of registries are in `root`. Entries of the
    registries (models, benchmarks, prompts, answer_forms) are filled in by name, then defaults. Raises InputError
    naming the key, its value and what is allowed.
    """
    if not given:
        raise InputError(
            "the configuration is empty: name one by --configfile; as a module of another workflow, this one is given "
            'its own by `config:`, as in `module boundary: snakefile: ..., config: config["boundary"]`'
        )
    if not isinstance(given, dict):
        raise InputError(f"the configuration is a {type(given).__name__}: it must be a mapping of keys")
    require_plain(given)
    config: Any = copy.deepcopy(given)
    places = [beside, Path()]
    if isinstance(config.get("bundle"), dict) and "opened" in config["bundle"]:
        return opened(config, _read(root / "config/schemas/config.schema.yaml"), places)
    for kind in ("models", "benchmarks"):
        known = _registry(root, kind)
        entries = config.get(kind)
        if not isinstance(entries, dict):
            continue
        for name, entry in entries.items():
            if isinstance(entry or {}, dict):
                entries[name] = _merged(_in_root(known.get(name, {}), root), entry or {}, kind)
        _require_known(kind, entries, known)
    benchmarks = config.get("benchmarks")
    for entry in benchmarks.values() if isinstance(benchmarks, dict) else ():
        if isinstance(entry, dict) and (source := next((key for key in SOURCES if key in entry), None)):
            entry["source"] = SOURCE_NAMES.get(source, source)
            _make_plain(entry.get("filter"))
    for kind in ("prompts", "answer_forms"):
        own = config.get(kind) or {}
        config[kind] = {**_registry(root, kind), **own} if isinstance(own, dict) else own

    config["recipes"] = merge_recipes(_registry(root, "recipes"), config.get("recipes"))
    say_own_prompts(config)
    expand_trainings(config)
    asked = expand_prompts(config)

    _say_blocks(config)
    schema = _read(root / "config/schemas/config.schema.yaml")
    require_valid(config, schema)
    if asked:
        config["prompts_of"] = asked
    add_shots(config, places)
    for benchmark in config["benchmarks"].values():
        if "hub" in benchmark:
            benchmark["hub"] = f"{benchmark['hub']}@{benchmark.pop('revision', '')}".rstrip("@")
    _locate(config, places)
    add_trained(config)
    add_checkpoints(config, places, schema["$defs"]["name"])
    take_commits(config, locked or {})
    subsets = screening.take_subsets(config)
    checks.check_engine(config)
    checks.check_answer_forms(config)
    resolve_cuts(config)
    checks.check_models(config, {*config["benchmarks"], *_registry(root, "benchmarks"), *subsets}, places)
    checks.check_benchmarks(config, places)
    screening.check_guesses(config)
    screening.add_probes(config, places)
    screening.add_subsets(config, subsets)
    checks.resolve_groups(config)
    checks.resolve_runs(config)
    checks.check_pairs(config)
    checks.check_analysis(config)
    checks.check_matched(config)
    checks.check_decodings(config)
    for check in said("check"):
        check(config, places)
    check_axes(config)
    return config


def _registry(root: Path, kind: str) -> dict:
    return _read(root / f"config/{kind}.yaml")


def _read(file: Path) -> dict:
    """A YAML file, by the parser in C where PyYAML has it: this is done every time Snakemake starts."""
    return yaml.load(file.read_text(), Loader=LOADER)


def _merged(known: dict, entry: dict, kind: str) -> dict:
    """A registry's entry with what the user says of it; another source takes the place of the registry's."""
    known = dict(known)
    if "server" in entry:
        known = {key: value for key, value in known.items() if key not in checks.OF_WEIGHTS}
    alternatives = SOURCES if kind == "benchmarks" else dict.fromkeys((*checks.ORIGINS, "trained"), ())
    if any(key in entry for key in alternatives):
        for key, belonging in alternatives.items():
            for one in (key, *belonging) if key in known else ():
                known.pop(one, None)
    return {**known, **entry}


def _say_blocks(config: dict) -> None:
    """`block` where it is not said: all `samples`; and both where no model is sampled, which then mean nothing."""
    models, benchmarks = config.get("models"), config.get("benchmarks")
    entries = [entry for entry in models.values() if isinstance(entry, dict)] if isinstance(models, dict) else []
    nothing_sampled = entries and all(any(origin in entry for origin in checks.FROM_FILES) for entry in entries)
    for benchmark in benchmarks.values() if isinstance(benchmarks, dict) else ():
        if isinstance(benchmark, dict) and "of" not in benchmark:
            if nothing_sampled:
                benchmark.setdefault("samples", 1)
            if "samples" in benchmark:
                benchmark.setdefault("block", benchmark["samples"])


def _in_root(known: dict, root: Path) -> dict:
    """A registry's entry with the path of weights that come with the workflow, as seen from the working folder."""
    if isinstance(known.get("weights"), str) and (root / known["weights"]).is_dir():
        return known | {"weights": os.path.relpath(root / known["weights"])}
    return known


def _locate(config: dict, places: list[Path]) -> None:
    """Paths as they can be opened from the working folder."""
    for name, model in config["models"].items():
        if isinstance(model.get("weights"), dict):
            model["weights"] = gguf_of(f"config: models.{name}.weights", model["weights"]["package"])
        if "tokenizer" in model.get("server", ()):  # beside it, as weights are: it has no part in where a server is
            model["tokenizer"] = model["server"].pop("tokenizer")
        for key in OF_MODELS & model.keys():
            model[key] = located(model[key], places)
        for origin in {"responses", "counts"} & model.keys():
            files = model[origin]["files"]
            model[origin]["files"] = {benchmark: all_located(given, places) for benchmark, given in files.items()}
    for benchmark in config["benchmarks"].values():
        if "file" in benchmark:
            benchmark["file"] = located(benchmark["file"], places)


def _make_plain(allowed) -> None:
    """Dates of YAML in a filter become text, as in data files."""
    for column, values in (allowed or {}).items() if isinstance(allowed, dict) else ():
        if isinstance(values, dict):
            allowed[column] = {end: str(v) if isinstance(v, datetime.date) else v for end, v in values.items()}


def _require_known(kind: str, entries: dict, known: dict) -> None:
    needed = {"models": (*checks.ORIGINS, "trained"), "benchmarks": tuple(SOURCES)}[kind]
    for name, entry in entries.items():
        if isinstance(entry, dict) and not any(key in entry for key in needed):
            raise InputError(
                f"config: {kind}.{name} is not in config/{kind}.yaml and has no `{needed[0]}` of its own"
                f" (or {', '.join(needed[1:])}){suggest(name, known)}; known: {', '.join(known)}"
            )


def not_compared_at_all(config: dict) -> list[str]:
    """A message if there are several models and nothing compares them."""
    names = list(config["models"])
    if len(names) < 2 or any(config.get(key) for key in ("pairs", "groups", "runs")):
        return []
    return [
        "there are no `pairs`: the models are sampled and verified, and none is compared with another; to compare them "
        f"add for example `pairs: [{{base: {names[0]}, tuned: {names[1]}}}]`"
    ]


def hub_readings(given: dict, config: dict) -> list[str]:
    """A message for each unlocked `weights` of the user that is read as a hub id and could be a folder."""
    said = []
    for name, entry in (given.get("models") or {}).items():
        weights = (entry or {}).get("weights", "")
        if (
            isinstance(weights, str)
            and is_hub_id(weights)
            and not COMMIT.search(config["models"][name].get("weights", "@"))
        ):
            said.append(
                f"models.{name}.weights = {weights!r} is read as a hub id: there is no such folder beside the "
                f"configuration or in {Path.cwd()}"
            )
    return said
