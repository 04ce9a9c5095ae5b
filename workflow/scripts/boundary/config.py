"""The configuration: registries merged in, defaults filled, every key checked. Runs at parse time, so it stays light.

Knows what a user may write. Knows nothing about rules and paths of results.
"""

import copy
import datetime
import difflib
import re
from pathlib import Path

import jsonschema
import yaml

from boundary.errors import InputError
from boundary.grading import VERIFIERS
from boundary.grid import sides
from boundary.transforms import TRANSFORMS

# which key of a benchmark names where its problems come from, and what belongs to it alone
SOURCES = {
    "file": (),
    "hub": ("revision", "files"),
    "url": ("sha256",),
    "task": ("seed",),
    "reasoning_gym": ("seed", "options"),
}
SOURCE_NAMES = {"task": "zoo"}
ORIGINS = ("weights", "responses", "counts")  # of a model: exactly one


def resolve(given: dict, root: Path, locked: dict | None = None) -> dict:
    """The complete configuration of a run.

    given: what the user wrote (config files and --config). root: folder of the Snakefile, with the registries.
    locked: commits of the branches of hub ids, as `hub.read_lock` gives them.
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
                entries[name] = _merged(known.get(name, {}), entry or {}, kind)
        _require_known(kind, entries, known)
    for entry in (config.get("benchmarks") or {}).values():
        if isinstance(entry, dict) and (source := next((key for key in SOURCES if key in entry), None)):
            entry["source"] = SOURCE_NAMES.get(source, source)
            _make_plain(entry.get("filter"))
    config["prompts"] = {**_registry(root, "prompts"), **(config.get("prompts") or {})}

    schema = _read(root / "config/schemas/config.schema.yaml")
    errors = sorted(_Validator(schema).iter_errors(config), key=lambda error: (len(error.absolute_path), error.message))
    if errors:
        raise InputError("\n".join(f"config: {_explain(error)}" for error in errors[:5]))
    for benchmark in config["benchmarks"].values():
        if "hub" in benchmark:
            benchmark["hub"] = f"{benchmark['hub']}@{benchmark.pop('revision', '')}".rstrip("@")
    take_commits(config, locked or {})
    _check_models(config, known_benchmarks={*config["benchmarks"], *_registry(root, "benchmarks")})
    _check_benchmarks(config)
    _resolve_groups(config)
    _check_pairs(config)
    _check_analysis(config)
    return config


def _registry(root: Path, kind: str) -> dict:
    return _read(root / f"config/{kind}.yaml")


def _read(file: Path) -> dict:
    """A YAML file, by the parser in C where PyYAML has it: this is done every time Snakemake starts."""
    return yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _merged(known: dict, entry: dict, kind: str) -> dict:
    """A registry's entry with what the user says of it; another source takes the place of the registry's."""
    known = dict(known)
    alternatives = SOURCES if kind == "benchmarks" else dict.fromkeys(ORIGINS, ())
    if any(key in entry for key in alternatives):
        for key, belonging in alternatives.items():
            for one in (key, *belonging):
                known.pop(one, None)
    return {**known, **entry}


def _make_plain(allowed) -> None:
    """Dates of YAML in a filter become text, as they stand in data files."""
    for column, values in (allowed or {}).items() if isinstance(allowed, dict) else ():
        if isinstance(values, dict):
            allowed[column] = {end: str(v) if isinstance(v, datetime.date) else v for end, v in values.items()}


def _require_known(kind: str, entries: dict, known: dict) -> None:
    needed = {"models": ORIGINS, "benchmarks": tuple(SOURCES)}[kind]
    for name, entry in entries.items():
        if isinstance(entry, dict) and not any(key in entry for key in needed):
            raise InputError(
                f"config: {kind}.{name} is not in config/{kind}.yaml and has no `{needed[0]}` of its own"
                f" (or {', '.join(needed[1:])}){_suggest(name, known)}; known: {', '.join(known)}"
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
    if error.context:  # of alternatives: what is wrong with the nearest
        nearest = [reason for reason in error.context if reason.validator != "type"] or error.context
        return _explain(jsonschema.exceptions.best_match(nearest))
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


def take_commits(config: dict, locked: dict) -> None:
    """Put commits in place of the branches of hub ids; an id that `locked` does not know stays as it is."""
    for model in config["models"].values():
        if "weights" in model:
            model["weights"] = locked.get(f"model {model['weights']}", model["weights"])
    for benchmark in config["benchmarks"].values():
        if "hub" in benchmark:
            benchmark["hub"] = locked.get(f"dataset {benchmark['hub']}", benchmark["hub"])


def unlocked(config: dict) -> list[str]:
    """The hub ids of a resolved configuration that name no commit, as `model org/name` or `dataset org/name`."""
    ids = [f"model {model['weights']}" for model in config["models"].values() if is_hub_id(model.get("weights", ""))]
    ids += [f"dataset {entry['hub']}" for entry in config["benchmarks"].values() if entry["source"] == "hub"]
    return [name for name in dict.fromkeys(ids) if not COMMIT.search(name)]


def _check_models(config: dict, known_benchmarks: set[str]) -> None:
    for name, decoding in config["decodings"].items():
        for benchmark in decoding.get("benchmarks", []):
            if benchmark not in known_benchmarks:
                raise InputError(
                    f"config: decodings.{name}.benchmarks: {benchmark!r} is unknown"
                    f"{_suggest(benchmark, known_benchmarks)}; benchmarks: {', '.join(config['benchmarks'])}"
                )
    for name, model in config["models"].items():
        key = f"config: models.{name}"
        origins = [origin for origin in ORIGINS if origin in model]
        if len(origins) != 1:
            raise InputError(f"{key} has {' and '.join(origins)}: it must have exactly one of {', '.join(ORIGINS)}")
        for kind, known in (("benchmarks", known_benchmarks), ("decodings", config["decodings"])):
            for one in (*model.get(kind, []), *(model["samples"] if kind == "benchmarks" else ())):
                if one not in known:
                    raise InputError(
                        f"{key}.{kind}: {one!r} is unknown{_suggest(one, known)}; "
                        f"{kind} of this run: {', '.join(config[kind])}"
                    )
        if origins == ["weights"]:
            check_weights(f"{key}.weights", model["weights"])
        else:
            _check_imported(config, name, origins[0])
        here = [benchmark for benchmark in config["benchmarks"] if benchmark in model.get("benchmarks", [benchmark])]
        if not here:
            raise InputError(
                f"{key}.benchmarks = {model['benchmarks']}: none of them is in this run; "
                f"benchmarks of this run: {', '.join(config['benchmarks'])}"
            )
        model["benchmarks"] = here
        model["decodings"] = [d for d in config["decodings"] if d in model.get("decodings", [d])]
        if origins == ["weights"]:
            model["prompt"] = {benchmark: _prompt_of(config, name, benchmark) for benchmark in here}
        model.setdefault("label", name)


def _prompt_of(config: dict, name: str, benchmark: str) -> str:
    """The name of a model's prompt on a benchmark."""
    key, prompt = f"config: models.{name}", config["models"][name].get("prompt")
    if isinstance(prompt, dict):
        key, prompt = f"{key}.prompt", prompt.get(benchmark, prompt.get("default"))
    if prompt is None:
        raise InputError(f"{key}: the key 'prompt' is missing, or says nothing of benchmark {benchmark!r}")
    if prompt not in config["prompts"]:
        raise InputError(
            f"{key}.prompt = {prompt!r} is unknown{_suggest(prompt, config['prompts'])}; "
            f"known prompts: {', '.join(config['prompts'])} (config/prompts.yaml)"
        )
    return prompt


def _check_imported(config: dict, name: str, origin: str) -> None:
    """Samples or counts that exist already: their files, and under which decoding they stand."""
    model, key = config["models"][name], f"config: models.{name}"
    entry = model[origin]
    model.setdefault("benchmarks", list(entry["files"]))
    for benchmark in model["benchmarks"]:
        if benchmark in config["benchmarks"] and benchmark not in entry["files"]:
            raise InputError(f"{key}.{origin}.files: there is none for benchmark {benchmark!r}")
    for benchmark, file in entry["files"].items():
        if benchmark not in config["benchmarks"]:
            raise InputError(
                f"{key}.{origin}.files: {benchmark!r} is no benchmark of this run"
                f"{_suggest(benchmark, config['benchmarks'])}; benchmarks: {', '.join(config['benchmarks'])}"
            )
        if not Path(file).is_file():
            raise InputError(f"{key}.{origin}.files.{benchmark} = {file!r}: there is no such file")
    if len(model.get("decodings", config["decodings"])) != 1:
        raise InputError(f"{key}: say under which one decoding its samples stand, as in `decodings: [t0.6]`")
    matched = [column for column in ("problem", "row", "question") if column in entry]
    if origin == "responses" and len(matched) != 1:
        raise InputError(
            f"{key}.responses: name the column that says which problem a row is of, by exactly one of `problem` "
            "(problem ids), `row` (row numbers of the benchmark, from 0) or `question` (its text)"
        )


COMMIT = re.compile(r"@[0-9a-f]{40}$")


def is_folder(weights: str) -> bool:
    """Whether `weights` names a local folder rather than a hub id such as org/name or org/name@revision."""
    return Path(weights).is_dir() or weights.startswith(("/", ".", "~")) or weights.partition("@")[0].count("/") != 1


def is_hub_id(weights: str) -> bool:
    return bool(weights) and not is_folder(weights)


def check_weights(key: str, weights: str) -> None:
    """A folder must hold config.json and weights; all else must look like a hub id."""
    if not is_folder(weights):
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+(@[\w./-]+)?", weights):
            raise InputError(f"{key} = {weights!r}: neither a folder nor a hub id such as org/name or org/name@commit")
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
        block = benchmark["block"]
        wanted = {f"{key}.samples": benchmark["samples"]}
        for model, entry in config["models"].items():
            if name in entry["samples"]:
                wanted[f"config: models.{model}.samples.{name}"] = entry["samples"][name]
        for where, samples in wanted.items():
            if samples % block:
                raise InputError(
                    f"{where} = {samples} is not a multiple of block = {block}: blocks are whole, so that raising "
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
        if (benchmark["verifier"] == "reasoning_gym") != (benchmark["source"] == "reasoning_gym"):
            raise InputError(f"{key}: tasks of reasoning-gym, and they alone, have verifier reasoning_gym")
        if benchmark["verifier"] == "code" and "format" not in benchmark:
            raise InputError(
                f"{key}: verifier code needs `format` (evalplus or livecodebench), which says how tests look"
            )
        if benchmark["source"] == "file" and not Path(benchmark["file"]).is_file():
            raise InputError(f"{key}.file = {benchmark['file']!r}: there is no such file")
        for column, names in benchmark.get("transform", {}).items():
            for transform in names:
                if transform not in TRANSFORMS:
                    raise InputError(
                        f"{key}.transform.{column}: {transform!r} is unknown{_suggest(transform, TRANSFORMS)}; "
                        f"known: {', '.join(TRANSFORMS)}"
                    )
        if benchmark["verifier"] == "none":
            sampled = [
                m for m, model in config["models"].items() if name in model["benchmarks"] and "counts" not in model
            ]
            if sampled:
                raise InputError(f"{key}: verifier none judges nothing, so {sampled[0]!r} must bring `counts` for it")
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
        if any(_names(pair) == _names(other) for other in config["pairs"][:i]):
            raise InputError(f"{key}: {pair['base']} and {pair['tuned']} are a pair already")
        base, tuned = models[pair["base"]], models[pair["tuned"]]
        shared = set(base["benchmarks"]) & set(tuned["benchmarks"])
        if not shared:
            raise InputError(f"{key}: {pair['base']} and {pair['tuned']} have no benchmark in common")
        for decoding in pair.get("decodings", []):
            if decoding not in config["decodings"]:
                raise InputError(
                    f"{key}.decodings: {decoding!r} is unknown{_suggest(decoding, config['decodings'])}; "
                    f"decodings of this run: {', '.join(config['decodings'])}"
                )
        if not {"weights"} <= base.keys() & tuned.keys():
            continue  # of samples that exist already nobody knows the prompt
        for rule in ("prompt", "stop", "stop_token_ids"):
            said = [model[rule] for model in (base, tuned)]
            if rule == "prompt":
                said = [{benchmark: names[benchmark] for benchmark in sorted(shared)} for names in said]
                said = [names if len(set(names.values())) > 1 else next(iter(names.values())) for names in said]
            if said[0] != said[1] and not pair["prompts_differ"]:
                raise InputError(
                    f"{key}: {pair['base']} and {pair['tuned']} differ in `{rule}` ({said[0]!r}, {said[1]!r}), "
                    "so a difference need not come from training; say `prompts_differ: true` to compare anyway"
                )


def _names(pair: dict) -> tuple:
    """What makes two pairs the same."""
    return pair["base"], pair["tuned"], tuple(pair.get("decodings", ()))


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
            if not any(_names(pair) == _names(other) for other in config["pairs"]):
                config["pairs"].append({**pair, **{key: group[key] for key in ("prompts_differ", "match_budgets")}})
            for role, model in pair.items():
                if model not in config["models"]:
                    raise InputError(
                        f"{key}.members.{at}: {role} {model!r} is not a model of this run"
                        f"{_suggest(model, config['models'])}; models: {', '.join(config['models'])}"
                    )
            if group["scale"] != "ordinal" and (not isinstance(at, int | float) or at <= 0 < (group["scale"] == "log")):
                raise InputError(f"{key}.members: {at!r} has no place on a {group['scale']} axis; use scale: ordinal")
        for kind in ("benchmarks", "decodings"):
            for one in group.get(kind, []):
                if not set(sides(one)) <= set(config[kind]):
                    raise InputError(
                        f"{key}.{kind}: {one!r} is not one of this run{_suggest(one, config[kind])}; "
                        f"{kind}: {', '.join(config[kind])}"
                    )
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
