"""Of which curves exact success rates can be computed. Light: runs at parse time."""

from boundary.config.explanations import suggest
from boundary.errors import InputError
from boundary.grid import Grid

PENALTIES = ("repetition_penalty", "presence_penalty")


def check_truth(config: dict) -> None:
    """`truth` names what there is, and what a walk by distinct prefixes can follow."""
    asked = config.get("truth")
    if asked is None:
        return
    for kind in ("models", "benchmarks", "decodings"):
        for name in asked.get(kind, []):
            if name not in config[kind]:
                known = config[kind]
                raise InputError(
                    f"config: truth.{kind}: {name!r} is unknown{suggest(name, known)}; {kind}: {', '.join(known)}"
                )
    explored = Grid(config).explored
    if not explored:
        raise InputError(
            "config: truth: no model of this run whose weights are here is sampled on these benchmarks under these "
            "decodings, by a temperature of their own"
        )
    for model, benchmark, decoding in explored:
        if config["models"][model]["stop"]:
            raise InputError(f"config: truth.models: {model!r} has `stop` strings, which no walk sees; leave it out")
        if found := [key for key in PENALTIES if key in config["decodings"][decoding]]:
            raise InputError(f"config: truth.decodings: {decoding!r} has a {found[0]}, which no walk knows")
        if "image" in config["benchmarks"][benchmark]:
            raise InputError(f"config: truth.benchmarks: {benchmark!r} has images, which are not read; leave it out")
