"""The configuration of an opened bundle: that of its run, in which keys that do not concern samples may be changed.

A bundle is not trusted: its configuration is checked against a schema of its own, and every name in it against the
names of the run, before anything is made from it. Light: runs at parse time.
"""

from pathlib import Path
from typing import Any

import jsonschema
import yaml

from boundary.benchmarks.formats import FORMATS
from boundary.config.checkpoints import group_file
from boundary.config.checks import check_analysis
from boundary.config.explanations import explain, suggest
from boundary.config.resolved import resolved
from boundary.config.validation import require_valid
from boundary.contracts import Config
from boundary.errors import InputError
from boundary.files.known_digests import take_only
from boundary.files.locations import located
from boundary.files.yaml_text import parse_yaml
from boundary.grid import PROGRAM, holds_samples
from boundary.names import sides
from boundary.verifying.verifiers import FORMER, VERIFIERS, choices
from boundary.zoo.tasks import TASKS

RUN = "config.yaml"  # in the folder of a bundle
MOST_BYTES, MOST_BLOCKS = 64 << 20, 100_000  # of it, and of a model on a benchmark
CHANGED = {"models": ("label", "color", "marker"), "benchmarks": ("grader", "note")}
DIGESTS = {"type": "object", "additionalProperties": {"type": ["string", "null"], "maxLength": 200}}


def opened(given: Any, schema: dict, places: list[Path]) -> Config:
    """The resolved configuration of the run, with the changes of `given`. InputError for other changes."""
    for error in jsonschema.Draft202012Validator(_schema(schema)).iter_errors(given):
        raise InputError(
            f"config: {explain(error)}. An opened bundle is analysed, not sampled again: to change anything "
            "else, edit the configuration of the run that it comes from"
        )
    folder = Path(located(given["bundle"]["opened"], places))
    try:
        config, digests = read_run(folder / RUN, schema)
    except InputError as error:
        raise InputError(f"config: bundle.opened = {str(folder)!r} is no opened bundle: {error}") from error
    take_only(digests)
    config["bundle"]["opened"] = str(folder)
    config["verification"].pop("minimum_isolation", None)  # asked of the machine of the run, not of this one
    _require_plannable(config)
    for sources in config["validity"]["labels"].values():
        sources[:] = [source if source == PROGRAM else str(folder / source) for source in sources]
    config["analysis"].update(given.get("analysis") or {})
    every: Any = config
    for kind in CHANGED:
        for name, changes in (given.get(kind) or {}).items():
            if name not in every[kind]:
                raise InputError(f"config: {kind}.{name}: the run had none of that name{suggest(name, every[kind])}")
            every[kind][name].update(changes)
    _require_graders(config)
    check_analysis(config)
    return config


def read_run(file: Path, schema: dict) -> tuple[Config, dict]:
    """The configuration of a run from a bundle, and its digests. schema: of a user's configuration.

    InputError if this workflow does not write such a configuration; nothing in it is used then.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"{file} is larger than {MOST_BYTES >> 20} MB")
        run = parse_yaml(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(f"{file} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(run, dict) or not isinstance(run.get("config"), dict) or "digests" not in run:
        raise InputError(f"{file} does not hold `config` and `digests`")
    require_valid(run["digests"], DIGESTS)
    config = run["config"]
    require_valid(config, resolved(schema))
    _require_known_names(config)
    _take_graders(config, run.get("graders"))
    return config, run["digests"]


def _require_known_names(config: Config) -> None:
    """InputError for a name of what the run does not have."""
    models, benchmarks, decodings = config["models"], config["benchmarks"], config["decodings"]
    runs, groups = config["runs"], config["groups"]
    compared = {*models, *runs}
    for name, model in models.items():
        key = f"models.{name}"
        _require(f"{key}.benchmarks", model["benchmarks"], benchmarks)
        _require(f"{key}.decodings", model["decodings"], decodings)
        for benchmark in model["benchmarks"]:
            samples = model["samples"].get(benchmark, benchmarks[benchmark]["samples"]) + benchmarks[benchmark]["topup"]
            if samples > MOST_BLOCKS * benchmarks[benchmark]["block"]:
                raise InputError(f"config: {key}.samples: more than {MOST_BLOCKS:,} blocks of {benchmark!r}")
        if "weights" in model or "server" in model:
            prompts = model.get("prompt")
            if not isinstance(prompts, dict) or not set(model["benchmarks"]) <= set(prompts):
                raise InputError(f"config: {key}.prompt: must name one of every benchmark")
            _require(f"{key}.prompt", prompts.values(), config["prompts"])
        if "responses" in model:
            _require(f"{key}.responses.files", model["benchmarks"], model["responses"]["files"])
        if "counts" in model:
            _require(f"{key}.counts.files", model["benchmarks"], model["counts"]["files"])
        if "training" in model:
            _require(f"{key}.training.recipe", [model["training"]["recipe"]], config["recipes"])
    for name, entry in benchmarks.items():
        key = f"benchmarks.{name}"
        _require(f"{key}.verifier", [entry["verifier"]], VERIFIERS)
        _require(f"{key}.task", [entry["task"]] if "task" in entry else (), TASKS)
        _require(f"{key}.format", [entry["format"]] if "format" in entry else (), FORMATS)
        earlier = list(benchmarks)[: list(benchmarks).index(name)]  # a subset is of one above it: never of itself
        _require(f"{key}.of", [of for of in (entry.get("of"), entry.get("probe_of")) if of is not None], earlier)
        if guess := entry.get("guess"):
            _require(f"{key}.guess.model", [guess["model"]], models)
            _require(f"{key}.guess.decoding", [guess.get("decoding")], decodings)
    for name, decoding in decodings.items():
        target = decoding.get("entropy_of")
        _require(f"decodings.{name}.entropy_of", [target["model"]] if target else (), models)
        _require(f"decodings.{name}.entropy_of", [target["decoding"]] if target else (), decodings)
    for name, members in runs.items():
        _require(f"runs.{name}", members, models)
    for kind, pairs, known in (("pairs", config["pairs"], {*models}), ("run_pairs", config["run_pairs"], compared)):
        for i, pair in enumerate(pairs):
            _require(f"{kind}.{i}", [pair["base"], pair["tuned"]], known)
            _require(f"{kind}.{i}.decodings", pair.get("decodings", ()), decodings)
    for title, group in groups.items():
        key = f"groups.{title}"
        _require(f"{key}.file", [group["file"]], [group_file(title)])
        for member in group["members"]:
            _require(f"{key}.members", [member["base"], member["tuned"]], compared)
            _require(f"{key}.members", sides(member["decoding"]) if "decoding" in member else (), decodings)
    _require("validity.labels", config["validity"]["labels"], benchmarks)
    _require("contamination.benchmarks", config.get("contamination", {}).get("benchmarks", ()), benchmarks)


def _require_plannable(config: Config) -> None:
    """InputError where no spec of the run can be made of its configuration, whatever is wrong with it."""
    from boundary.bundling.contents import run_of  # knows the specs, which know the configuration

    try:
        run_of(config)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"config: the bundle's configuration does not fit together ({error!r:.200})") from error


def _require(key: str, names, known) -> None:
    for name in names:
        if name not in known:
            raise InputError(f"config: {key}: {name!r:.100} is not in the run{suggest(name, known)}")


def _take_graders(config: Config, verified: object) -> None:
    """Note by which graders each benchmark was verified. verified: what the bundle says of it; one of before says none.

    Where their samples are packed they can be verified again; else the verdicts are those that there are, under the
    names they have: what was called `math_verify` then was the default.
    """
    own: object
    for name, benchmark in config["benchmarks"].items():
        known, there = choices(benchmark["verifier"]), holds_samples(config, name)
        if verified is None:
            if benchmark.get("grader") == "math_verify":
                benchmark |= {"grader": known[0]} if there else {"former": True}
            own = FORMER[benchmark["verifier"]]
        else:
            own = verified.get(name) if isinstance(verified, dict) else None
            if not isinstance(own, list) or not own or not all(grader in known for grader in own):
                raise InputError(f"graders.{name}: must be some of {', '.join(known)}")
        if not there:
            benchmark["graders"] = [*own]


def _require_graders(config: Config) -> None:
    for name, benchmark in config["benchmarks"].items():
        known = benchmark.get("graders") or choices(benchmark["verifier"])
        if known and benchmark["grader"] not in known:
            raise InputError(f"config: benchmarks.{name}.grader: must be one of {', '.join(known)}")


def _schema(schema: dict) -> dict:
    """The part of the configuration's schema that is for an opened bundle."""
    allowed = {
        kind: {"type": "object", "additionalProperties": _only(schema["$defs"][kind.removesuffix("s")], keys)}
        for kind, keys in CHANGED.items()
    }
    every = schema["properties"]
    return schema | {"required": [], "properties": {key: every[key] for key in ("analysis", "bundle")} | allowed}


def _only(entry: dict, keys: tuple[str, ...]) -> dict:
    properties = {key: entry["properties"][key] for key in keys}
    return {"type": "object", "additionalProperties": False, "properties": properties}
