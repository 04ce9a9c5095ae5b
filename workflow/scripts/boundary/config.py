"""The configuration: registries merged in, defaults filled, every key checked. Runs at parse time, so it stays light.

Knows what a user may write. Knows nothing about rules and paths of results.
"""

import copy
import difflib
import re
from pathlib import Path

import jsonschema
import yaml

from boundary.errors import InputError
from boundary.grading import VERIFIERS


def resolve(given: dict, root: Path) -> dict:
    """The complete configuration of a run.

    given: what the user wrote (config files and --config). root: folder of the Snakefile, with the registries.
    Entries of config/models.yaml, benchmarks.yaml and prompts.yaml are filled in by name, then defaults.
    Raises InputError naming the key, its value and what is allowed.
    """
    config = copy.deepcopy(given)
    for kind in ("models", "benchmarks"):
        known = _registry(root, kind)
        entries = config.get(kind)
        if not isinstance(entries, dict):
            continue
        for name, entry in entries.items():
            if isinstance(entry or {}, dict):
                entries[name] = {**known.get(name, {}), **(entry or {})}
        _require_known(kind, entries, known)
    for entry in (config.get("benchmarks") or {}).values():
        if isinstance(entry, dict) and "file" in entry:
            entry.setdefault("source", "file")
    config["prompts"] = {**_registry(root, "prompts"), **(config.get("prompts") or {})}

    schema = yaml.safe_load((root / "config/schemas/config.schema.yaml").read_text())
    errors = sorted(_Validator(schema).iter_errors(config), key=lambda error: (len(error.absolute_path), error.message))
    if errors:
        raise InputError("\n".join(f"config: {_explain(error)}" for error in errors[:5]))
    _check_models(config, known_benchmarks={*config["benchmarks"], *_registry(root, "benchmarks")})
    _check_benchmarks(config)
    _resolve_groups(config)
    _check_pairs(config)
    _check_analysis(config)
    return config


def _registry(root: Path, kind: str) -> dict:
    return yaml.safe_load((root / f"config/{kind}.yaml").read_text())


def _require_known(kind: str, entries: dict, known: dict) -> None:
    needed = {"models": "weights", "benchmarks": "file"}[kind]
    for name, entry in entries.items():
        if isinstance(entry, dict) and name not in known and needed not in entry:
            raise InputError(
                f"config: {kind}.{name} is not in config/{kind}.yaml and has no `{needed}` of its own"
                f"{_suggest(name, known)}; known: {', '.join(known)}"
            )


def _suggest(name: str, known) -> str:
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _fill_defaults(validator, properties, instance, schema):
    """jsonschema's documented extension: fill `default` values while validating."""
    if isinstance(instance, dict):
        for key, subschema in properties.items():
            if "default" in subschema:
                instance.setdefault(key, copy.deepcopy(subschema["default"]))
    yield from jsonschema.Draft202012Validator.VALIDATORS["properties"](validator, properties, instance, schema)


_Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"properties": _fill_defaults})


def _explain(error: jsonschema.ValidationError) -> str:
    """One line: key, value, and what is allowed."""
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    if error.validator == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        unknown = [name for name in error.instance if name not in allowed]
        return f"{key}: unknown key {unknown[0]!r}{_suggest(unknown[0], allowed)}; allowed: {', '.join(allowed)}"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return f"{key}: the key {missing[0]!r} is missing"
    allowed = {
        "enum": lambda: f"one of {', '.join(map(str, error.validator_value))}",
        "type": lambda: f"of type {error.validator_value}",
        "minimum": lambda: f"at least {error.validator_value}",
        "exclusiveMinimum": lambda: f"more than {error.validator_value}",
        "maximum": lambda: f"at most {error.validator_value}",
        "exclusiveMaximum": lambda: f"less than {error.validator_value}",
        "minProperties": lambda: "a mapping with at least one entry",
        "const": lambda: repr(error.validator_value),
        "pattern": lambda: f"text that matches {error.validator_value}",
    }.get(error.validator)
    return f"{key} = {error.instance!r}: " + (f"must be {allowed()}" if allowed else error.message)


def _check_models(config: dict, known_benchmarks: set[str]) -> None:
    for name, model in config["models"].items():
        key = f"config: models.{name}"
        if model["prompt"] not in config["prompts"]:
            raise InputError(
                f"{key}.prompt = {model['prompt']!r} is unknown{_suggest(model['prompt'], config['prompts'])}; "
                f"known prompts: {', '.join(config['prompts'])} (config/prompts.yaml)"
            )
        check_weights(f"{key}.weights", model["weights"])
        for benchmark in model.get("benchmarks", []):
            if benchmark not in known_benchmarks:
                raise InputError(
                    f"{key}.benchmarks: {benchmark!r} is unknown{_suggest(benchmark, known_benchmarks)}; "
                    f"benchmarks of this run: {', '.join(config['benchmarks'])}"
                )
        here = [benchmark for benchmark in config["benchmarks"] if benchmark in model.get("benchmarks", [benchmark])]
        if not here:
            raise InputError(
                f"{key}.benchmarks = {model['benchmarks']}: none of them is in this run; "
                f"benchmarks of this run: {', '.join(config['benchmarks'])}"
            )
        model["benchmarks"] = here
        model.setdefault("label", name)


def is_folder(weights: str) -> bool:
    """Whether `weights` names a local folder rather than a hub id such as org/name@revision."""
    return Path(weights).is_dir() or weights.startswith(("/", ".", "~")) or weights.count("/") != 1


def check_weights(key: str, weights: str) -> None:
    """A folder must hold config.json and weights; a hub id must pin its revision."""
    if not is_folder(weights):
        repository, _, revision = weights.partition("@")
        if not re.fullmatch(r"[0-9a-f]{7,40}", revision):
            raise InputError(f"{key} = {weights!r}: a hub id needs its commit, as in {repository}@<commit>")
        return
    folder = Path(weights)
    if not folder.is_dir():
        raise InputError(
            f"{key} = {weights!r}: there is no such folder (and it is no hub id of the form org/name@commit)"
        )
    if not (folder / "config.json").is_file():
        raise InputError(f"{key} = {weights!r}: the folder has no config.json")
    if not any(folder.glob("*.safetensors")) and not any(folder.glob("*.bin")):
        raise InputError(f"{key} = {weights!r}: the folder has no weights (*.safetensors or *.bin)")


def _check_benchmarks(config: dict) -> None:
    for name, benchmark in config["benchmarks"].items():
        key = f"config: benchmarks.{name}"
        samples, block = benchmark["samples"], benchmark["block"]
        if samples % block:
            raise InputError(
                f"{key}.samples = {samples} is not a multiple of block = {block}: blocks are whole, so that raising "
                f"samples only adds blocks; use {max(1, round(samples / block)) * block} or a block that divides it"
            )
        if benchmark["topup"] % block:
            raise InputError(f"{key}.topup = {benchmark['topup']} is not a multiple of block = {block}")
        if benchmark["verifier"] not in VERIFIERS:
            raise InputError(
                f"{key}.verifier = {benchmark['verifier']!r} is unknown{_suggest(benchmark['verifier'], VERIFIERS)}; "
                f"known verifiers: {', '.join(VERIFIERS)}"
            )
        graders = VERIFIERS[benchmark["verifier"]]
        if benchmark.setdefault("grader", graders[0]) not in graders:
            raise InputError(
                f"{key}.grader = {benchmark['grader']!r} is unknown{_suggest(benchmark['grader'], graders)}; "
                f"graders of verifier {benchmark['verifier']}: {', '.join(graders)}"
            )
        if benchmark["verifier"] == "code" and "format" not in benchmark:
            raise InputError(
                f"{key}: verifier code needs `format` (evalplus or livecodebench), which says how tests look"
            )
        if benchmark["source"] == "file" and not Path(benchmark["file"]).is_file():
            raise InputError(f"{key}.file = {benchmark['file']!r}: there is no such file")
        if not any(name in model["benchmarks"] for model in config["models"].values()):
            raise InputError(f"{key}: no model of this run is sampled on it (see the models' `benchmarks`)")


def _check_pairs(config: dict) -> None:
    models = config["models"]
    for i, pair in enumerate(config["pairs"]):
        key = f"config: pairs.{i}"
        for role in ("base", "tuned"):
            if pair[role] not in models:
                raise InputError(
                    f"{key}.{role} = {pair[role]!r} is not a model of this run{_suggest(pair[role], models)}; "
                    f"models: {', '.join(models)}"
                )
        if pair["base"] == pair["tuned"]:
            raise InputError(f"{key}: {pair['base']!r} is compared with itself")
        if any((pair["base"], pair["tuned"]) == (other["base"], other["tuned"]) for other in config["pairs"][:i]):
            raise InputError(f"{key}: {pair['base']} and {pair['tuned']} are a pair already")
        base, tuned = models[pair["base"]], models[pair["tuned"]]
        if not set(base["benchmarks"]) & set(tuned["benchmarks"]):
            raise InputError(f"{key}: {pair['base']} and {pair['tuned']} have no benchmark in common")
        for rule in ("prompt", "stop", "stop_token_ids"):
            if base[rule] != tuned[rule] and not pair["prompts_differ"]:
                raise InputError(
                    f"{key}: {pair['base']} and {pair['tuned']} differ in `{rule}` ({base[rule]!r}, {tuned[rule]!r}), "
                    "so a difference need not come from training; say `prompts_differ: true` to compare anyway"
                )


def _resolve_groups(config: dict) -> None:
    """Members of groups become lists of {at, base, tuned}, and pairs of the run where they are not yet."""
    files = {}
    for name, group in config["groups"].items():
        key, members = f"config: groups.{name}", []
        for at, member in group["members"].items():
            if isinstance(member, str) and "base" not in group:
                raise InputError(f"{key}: needs a `base`, or `base` and `tuned` at every member (missing at {at!r})")
            pair = {"base": group["base"], "tuned": member} if isinstance(member, str) else member
            members.append({"at": at, **pair})
            if not any((pair["base"], pair["tuned"]) == (p["base"], p["tuned"]) for p in config["pairs"]):
                config["pairs"].append({**pair, "prompts_differ": False, "match_budgets": False})
            for role, model in pair.items():
                if model not in config["models"]:
                    raise InputError(
                        f"{key}.members.{at}: {role} {model!r} is not a model of this run"
                        f"{_suggest(model, config['models'])}; models: {', '.join(config['models'])}"
                    )
            if group["scale"] != "ordinal" and (not isinstance(at, int | float) or at <= 0 < (group["scale"] == "log")):
                raise InputError(f"{key}.members: {at!r} has no place on a {group['scale']} axis; use scale: ordinal")
        group["members"] = members
        group.setdefault("axis", str(name))
        group["file"] = re.sub(r"[^A-Za-z0-9._]+", "-", str(name))
        if files.setdefault(group["file"], name) != name:
            raise InputError(f"{key} and groups.{files[group['file']]} would be files of the same name; rename one")


def _check_analysis(config: dict) -> None:
    """The k that results are judged at must have been sampled on every benchmark."""
    wanted = {f"analysis.{key}": config["analysis"][key] for key in ("large_k", "efficiency_k")}
    for key, k in wanted.items():
        for name, benchmark in config["benchmarks"].items():
            if isinstance(k, int) and k > benchmark["samples"]:
                raise InputError(f"config: {key} = {k} is more than benchmarks.{name}.samples = {benchmark['samples']}")
