"""Guesses, probes and subsets of benchmarks: checked and filled in. Light: runs at parse time.

Subsets and probes join the configuration after the checks of benchmarks: everything that holds for a benchmark holds
for its subset, and a probe is made entirely here.
"""

from pathlib import Path
from typing import Any

from boundary.config.explanations import suggest
from boundary.contracts import Benchmark, Config, Contamination, Decoding, Model
from boundary.errors import InputError, listed
from boundary.files.locations import located, looked_in
from boundary.grid import is_sampled

PROBE = "probe"  # the decoding of probes, the ending of their names, and their prompt
WITH_ANSWERS = ("math", "visual")  # verifiers of benchmarks whose golds are answers
OF_WHOLE = (
    "verifier",
    "grader",
    "samples",
    "block",
    "extraction",
    "units",
    "stratum",
    "guess",
    "guess_floor",
    "notation",
    "publish",
)


def take_subsets(config: Config) -> dict[str, Benchmark]:
    """Remove the benchmarks that are subsets of others from `benchmarks` and return them."""
    names = [name for name, entry in config["benchmarks"].items() if "of" in entry]
    return {name: config["benchmarks"].pop(name) for name in names}


def check_guesses(config: Config) -> None:
    """The model and the decoding of every benchmark's guesses."""
    for name, benchmark in config["benchmarks"].items():
        if not (guess := benchmark.get("guess")):
            continue
        key, models = f"config: benchmarks.{name}.guess", config["models"]
        if guess["model"] not in models:
            raise InputError(
                f"{key}.model = {guess['model']!r} is not a model of this run{suggest(guess['model'], models)}; "
                f"models: {listed(models)}"
            )
        model = models[guess["model"]]
        there = _decodings_on(config, model, name)
        if not there:
            raise InputError(f"{key}.model: {guess['model']} has no samples of {name}; see its `benchmarks`")
        if "answers" in guess and ("counts" in model or benchmark["verifier"] not in WITH_ANSWERS):
            raise InputError(
                f"{key}.answers: {guess['model']} has no answers to {name} that could be compared as text; verifiers "
                f"whose answers can: {', '.join(WITH_ANSWERS)}"
            )
        origins: Any = (model.get("responses", {}), model.get("counts", {}))
        if any(origin.get("incomplete") for origin in origins):
            raise InputError(f"{key}.model: {guess['model']} is `incomplete`: guesses are needed at every problem")
        if "decoding" not in guess and len(there) > 1:
            raise InputError(f"{key}: say which samples are the guesses by `decoding`, one of {listed(there)}")
        if guess.setdefault("decoding", there[0]) not in there:
            raise InputError(
                f"{key}.decoding = {guess['decoding']!r}: {guess['model']} has no such samples of {name}"
                f"{suggest(guess['decoding'], there)}; it has {listed(there)}"
            )


def _decodings_on(config: Config, model: Model, benchmark: str) -> list[str]:
    if benchmark not in model["benchmarks"]:
        return []
    return [d for d in model["decodings"] if benchmark in config["decodings"][d].get("benchmarks", [benchmark])]


def add_probes(config: Config, places: list[Path]) -> None:
    """For each benchmark of `contamination`, add one that asks the models for the rest of its questions, greedily.

    `models` by default: all that are sampled here, equal weights once.
    """
    if not (asked := config.get("contamination")):
        return
    key, models, built = "config: contamination", config["models"], list(config["benchmarks"])
    if PROBE in config["decodings"]:
        raise InputError(f"config: decodings.{PROBE}: the decoding of contamination has that name; give yours another")
    _locate_training(key, asked, places)
    for name in asked.get("models", []):
        if name not in models or not is_sampled(models[name]):
            sampled = [other for other, model in models.items() if is_sampled(model)]
            raise InputError(
                f"{key}.models: {name!r} is no model that is sampled in this run{suggest(name, sampled)}; such models: "
                f"{listed(sampled)}"
            )
    chosen = asked.setdefault("models", _each_weights_once(models))
    for benchmark in asked["benchmarks"]:
        if benchmark not in built:
            raise InputError(
                f"{key}.benchmarks: {benchmark!r} is no benchmark of this run, or a subset{suggest(benchmark, built)}; "
                f"benchmarks: {listed(built)}"
            )
        probed = [models[name] for name in chosen if benchmark in models[name]["benchmarks"]]
        if probed:
            _add_probe(config, benchmark, probed)
    if not ("training" in asked or any("probe_of" in entry for entry in config["benchmarks"].values())):
        raise InputError(f"{key}: no model is asked, and no file of `training` prompts is named: nothing to be found")
    for name, decoding in config["decodings"].items():
        if name != PROBE:
            decoding.setdefault("benchmarks", built)


def _locate_training(key: str, asked: Contamination, places: list[Path]) -> None:
    if "training" in asked:
        asked["training"] = located(asked["training"], places)
        if not Path(asked["training"]).is_file():
            raise InputError(
                f"{key}.training = {asked['training']!r}: there is no such file{looked_in(asked['training'], places)}"
            )


def _each_weights_once(models: dict[str, Model]) -> list[str]:
    """The models that are sampled here; of entries that differ in their prompts alone, the first."""
    found: dict[str, str] = {}
    for name, model in models.items():
        if is_sampled(model):
            served = model.get("server", {})
            which = [model.get("weights"), model.get("adapter"), served.get("url"), served.get("model")]
            found.setdefault(str(which), name)
    return list(found.values())


def _add_probe(config: Config, benchmark: str, probed: list[Model]) -> None:
    name, asked = f"{benchmark}-{PROBE}", config["contamination"]
    if name in config["benchmarks"]:
        raise InputError(f"config: benchmarks.{name}: the probe of {benchmark} has that name; give yours another")
    whole = config["benchmarks"][benchmark]
    if "image" in whole or whole["verifier"] == "none":
        raise InputError(f"config: contamination.benchmarks: {benchmark!r} has no questions of text alone")
    config["benchmarks"][name] = {
        "source": PROBE,
        "probe_of": benchmark,
        "share": asked["share"],
        "verifier": "continuation",
        "grader": "continuation",
        "extraction": "completion",
        "units": True,
        "samples": 1,
        "block": 1,
        "topup": 0,
    }
    if "publish" in whole:
        config["benchmarks"][name]["publish"] = whole["publish"]
    greedy: Decoding = {"temperature": 0, "top_p": 1.0, "max_tokens": asked["max_tokens"], "top_k": 0, "benchmarks": []}
    config["decodings"].setdefault(PROBE, greedy)["benchmarks"].append(name)
    for model in probed:
        model["benchmarks"].append(name)
        model["prompt"][name] = PROBE
        if PROBE not in model["decodings"]:
            model["decodings"].append(PROBE)


def add_subsets(config: Config, subsets: dict[str, Benchmark]) -> None:
    """Put the subsets back, with the keys of their benchmark."""
    for name, entry in subsets.items():
        key, of, known = f"config: benchmarks.{name}", entry["of"], config["benchmarks"]
        if of not in known or "probe_of" in known[of]:
            raise InputError(
                f"{key}.of = {of!r} is no benchmark of this run, or a subset that is named further down"
                f"{suggest(of, known)}; benchmarks: {listed(known)}"
            )
        if len({"drop", "keep"} & entry.keys()) != 1:
            raise InputError(f"{key}: a subset of {of} needs exactly one of `drop` and `keep`")
        kind = entry.get("drop") or entry["keep"]
        root = of
        while "of" in known[root]:
            root = known[root]["of"]
        if kind == "guessable" and "guess" not in known[root]:
            raise InputError(f"{key}: say whose samples are guesses, by benchmarks.{root}.guess")
        if kind == "contaminated" and root not in config.get("contamination", {}).get("benchmarks", ()):
            raise InputError(f"{key}: {root!r} is not among the benchmarks of `contamination`")
        subset: Any = entry
        own = {what: subset[what] for what in ("of", "drop", "keep", "note") if what in subset}
        whole: Any = known[of]
        inherited: Any = {what: whole[what] for what in OF_WHOLE if what in whole}
        stream = known[of].get("stream", of)
        known[name] = inherited | own | {"source": "of", "stream": stream, "topup": 0}
        for model in config["models"].values():
            if of in model["benchmarks"]:
                model["benchmarks"].append(name)
                origins: Any = (model.get("responses"), model.get("counts"))
                files = [origin["files"] for origin in origins if origin]
                for by_benchmark in (*files, model["samples"], model.get("prompt", {})):
                    if of in by_benchmark:
                        by_benchmark[name] = by_benchmark[of]
        for decoding in config["decodings"].values():
            if of in decoding.get("benchmarks", ()):
                decoding["benchmarks"].append(name)
