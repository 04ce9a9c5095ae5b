"""The configuration of an opened bundle: that of its run, in which what is said of the samples may be changed.

Light: runs at parse time.
"""

from pathlib import Path

import jsonschema
import yaml

from boundary.config.explanations import explain, suggest
from boundary.errors import InputError
from boundary.files.known_digests import GIVEN
from boundary.files.locations import located
from boundary.grid import PROGRAM
from boundary.verifying.verifiers import VERIFIERS

RUN = "config.yaml"  # in the folder of a bundle
CHANGED = {"models": ("label", "color", "marker"), "benchmarks": ("grader", "note")}


def opened(given: dict, schema: dict, places: list[Path]) -> dict:
    """The resolved configuration of the run, with the changes of `given`. InputError where these are others."""
    for error in jsonschema.Draft202012Validator(_schema(schema)).iter_errors(given):
        raise InputError(
            f"config: {explain(error)}. An opened bundle is analysed, not sampled anew: of anything else, change the "
            "configuration of the run that it comes from"
        )
    folder = Path(located(given["bundle"]["opened"], places))
    try:
        run = yaml.load((folder / RUN).read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"config: bundle.opened = {str(folder)!r} is no opened bundle: {error}") from error
    GIVEN.update(run["digests"])
    config = run["config"]
    config["bundle"]["opened"] = str(folder)
    config["verification"].pop("minimum_isolation", None)  # asked of the machine of the run, not of this one
    for sources in config["validity"]["labels"].values():
        sources[:] = [source if source == PROGRAM else str(folder / source) for source in sources]
    config["analysis"].update(given.get("analysis") or {})
    for kind in CHANGED:
        for name, changes in (given.get(kind) or {}).items():
            if name not in config[kind]:
                raise InputError(f"config: {kind}.{name}: the run had none of that name{suggest(name, config[kind])}")
            config[kind][name].update(changes)
    for name, benchmark in config["benchmarks"].items():
        known = VERIFIERS[benchmark["verifier"]]
        if known and benchmark["grader"] not in known:
            raise InputError(f"config: benchmarks.{name}.grader: must be one of {', '.join(known)}")
    return config


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
