"""Checks across keys of a configuration that fits the schema. Each raises InputError with the fix."""

import json
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from boundary.benchmarks.formats import FORMATS
from boundary.benchmarks.transforms import TRANSFORMS
from boundary.config.axes import along_decodings, pair_of
from boundary.config.checkpoints import group_file
from boundary.config.cuts import decodings_of, sampled
from boundary.config.explanations import suggest
from boundary.config.trainings import check_size
from boundary.contracts import Config, Group, Member, Model, Pair, Responses
from boundary.errors import InputError, listed
from boundary.files.adapters import of_another_base
from boundary.files.checkpoints import chat_template, found_in
from boundary.files.locations import is_folder, is_gguf, looked_in
from boundary.grid import SAMPLED, Grid, is_sampled, tokenizer_source
from boundary.importing.formats import FORMATS as IMPORTED
from boundary.importing.formats import has_scores
from boundary.names import SIDES, sides
from boundary.sampling.decoding import PARAMETERS
from boundary.sampling.engines import ENGINES, SERVER
from boundary.sampling.templates import MISSING, by_chat, is_chat, without_beginning
from boundary.verifying.verifiers import CHOICE, VERIFIERS, choices
from boundary.zoo.tasks import TASKS

FROM_FILES = ("responses", "counts")
ORIGINS = (*SAMPLED, *FROM_FILES)  # of a model: exactly one
OF_WEIGHTS = {"dtype": "auto", "tensor_parallel_size": 1, "adapter": None, "hf_overrides": None}
OF_WEIGHTS |= {"trust_remote_code": False}  # what a server decides itself, and what they are where nobody says it
FIELDS = dict.fromkeys(("model", "prompt", "messages"), "the configuration elsewhere")  # of a request: not `extra`
FIELDS |= dict.fromkeys(("seed", "stream", "n", "best_of", "echo", "logprobs", "top_logprobs"), "the workflow itself")
FIELDS |= dict.fromkeys(("stop", "stop_token_ids"), "models.* itself")
FIELDS |= dict.fromkeys((*PARAMETERS, "max_tokens", "max_completion_tokens"), "a decoding")
OF_PAIRS = ("prompts_differ", "match_budgets", "incomplete")  # what a group says of all its pairs


def check_engine(config: Config) -> None:
    if config["engine"] not in ("auto", *ENGINES):
        allowed = ", ".join(("auto", *ENGINES))
        raise InputError(
            f"config: engine = {config['engine']!r}: must be one of {allowed}{suggest(config['engine'], ENGINES)}"
        )
    known = (*ENGINES, SERVER)
    for name in config["engines"]:
        if name not in known:
            raise InputError(f"config: engines: unknown key {name!r}{suggest(name, known)}; allowed: {listed(known)}")


def check_answer_forms(config: Config) -> None:
    for name in config["answer_forms"]:
        if name not in config["prompts"]:
            raise InputError(f"config: answer_forms: there is no prompt {name!r}{suggest(name, config['prompts'])}")


def check_models(config: Config, known_benchmarks: set[str], places: list[Path]) -> None:
    for name, decoding in config["decodings"].items():
        for benchmark in decoding.get("benchmarks", []):
            if benchmark not in known_benchmarks:
                raise InputError(
                    f"config: decodings.{name}.benchmarks: {benchmark!r} is unknown"
                    f"{suggest(benchmark, known_benchmarks)}; benchmarks: {listed(config['benchmarks'])}"
                )
    for name, model in config["models"].items():
        key = f"config: models.{name}"
        origins = [origin for origin in ORIGINS if origin in model]
        if len(origins) != 1:
            raise InputError(f"{key} has {' and '.join(origins)}: it must have exactly one of {', '.join(ORIGINS)}")
        named = (
            "benchmarks",
            (*model.get("benchmarks", []), *model["samples"]),
            known_benchmarks,
            config["benchmarks"],
        )
        known: Collection[str]
        for kind, names, known, here in (
            named,
            ("decodings", model.get("decodings", []), config["decodings"], config["decodings"]),
        ):
            for one in names:
                if one not in known:
                    raise InputError(
                        f"{key}.{kind}: {one!r} is unknown{suggest(one, known)}; {kind} of this run: {', '.join(here)}"
                    )
        if "training" in model:
            pass  # its weights are there once they are trained
        elif origins == ["weights"]:
            check_weights(f"{key}.weights", model["weights"], places)
            if "adapter" in model:
                _check_adapter(f"{key}.adapter", model, places)
        elif origins == ["server"]:
            _check_server(config, name, places)
        else:
            _check_imported(config, name, origins[0], places)
        there = [benchmark for benchmark in config["benchmarks"] if benchmark in model.get("benchmarks", [benchmark])]
        if not there:
            raise InputError(
                f"{key}.benchmarks = {model['benchmarks']}: this run has none of them; benchmarks of this run: "
                f"{listed(config['benchmarks'])} (if your file does not set the key, config/models.yaml does)"
            )
        model["benchmarks"] = there
        model["decodings"] = decodings_of(config, name)
        if is_sampled(model):
            model["prompt"] = {benchmark: _prompt_of(config, name, benchmark) for benchmark in there}
            chats = [prompt for prompt in model["prompt"].values() if is_chat(config["prompts"][prompt])]
            if by_chat(model):
                _check_messages(config, name)
                chats = []  # rendered where it runs
            source = tokenizer_source(model)
            if chats and source is None:
                raise InputError(
                    f"{key}.prompt = {chats[0]!r} is a chat, which a tokenizer renders, and a server has none to give: "
                    f"let the server render it (models.{name}.server.api: chat), "
                    f"name the folder or hub id that has it by models.{name}.server.tokenizer, or write a text prompt "
                    "in the format of the model's chat"
                )
            if chats and is_folder(source) and chat_template(source) is None:
                raise InputError(f"{key}.prompt = {chats[0]!r} is a chat, and the tokenizer {MISSING}")
        model.setdefault("label", name)


def _prompt_of(config: Config, name: str, benchmark: str) -> str:
    """The name of a model's prompt on a benchmark."""
    prompt: Any
    key, prompt = f"config: models.{name}", config["models"][name].get("prompt")
    if isinstance(prompt, dict):
        key, prompt = f"{key}.prompt", prompt.get(benchmark, prompt.get("default"))
    if prompt is None:
        raise InputError(f"{key}: the key 'prompt' is missing, or says nothing of benchmark {benchmark!r}")
    if prompt not in config["prompts"]:
        raise InputError(
            f"{key}.prompt = {prompt!r} is unknown{suggest(prompt, config['prompts'])}; "
            f"known prompts: {listed(config['prompts'])} (config/prompts.yaml)"
        )
    return prompt


def _check_server(config: Config, name: str, places: list[Path]) -> None:
    """What a server that already runs decides itself, and what it cannot be sent."""
    model: Any = config["models"][name]
    for key, default in OF_WEIGHTS.items():
        if model.get(key, default) != default:
            raise InputError(f"config: models.{name}.{key} = {model[key]!r}: the server decides that; leave it out")
    if "limit" in model["server"] and "price" not in model["server"]:
        raise InputError(
            f"config: models.{name}.server.limit is a sum of money and needs the price of a token: add `price`, as in "
            "`price: {input: 0.4, output: 2.0}` (per million tokens)"
        )
    for key in model["server"].get("extra", {}):
        if key in FIELDS:
            raise InputError(f"config: models.{name}.server.extra.{key}: {FIELDS[key]} says that; leave it out here")
    if "tokenizer" in model:
        _is_there(f"config: models.{name}.server.tokenizer", model["tokenizer"], places)
    for benchmark in model.get("benchmarks", config["benchmarks"]):
        if "image" in config["benchmarks"].get(benchmark, ()) and model["server"].get("api") != "chat":
            raise InputError(
                f"config: models.{name}: benchmark {benchmark!r} has images, which servers are sent by chat alone: say "
                "`server: {api: chat}`, or leave it out by the model's `benchmarks`"
            )


def _check_messages(config: Config, name: str) -> None:
    """Prompts that a chat endpoint can be sent: chats, without what a template is told here."""
    for prompt in config["models"][name]["prompt"].values():
        key, entry = f"config: models.{name}.prompt = {prompt!r}", config["prompts"][prompt]
        if not is_chat(entry):
            raise InputError(
                f"{key} is a text, and its marks would be sent as words (server.api is chat): write what the user "
                f'says, as in `prompts: {{{prompt}-chat: {{chat: "{{question}}"}}}}`, and name that'
            )
        if "options" in entry:
            raise InputError(
                f"{key} has `options` of a template, which the server renders (server.api is chat): say them by "
                f"models.{name}.server.extra"
            )


def _check_imported(config: Config, name: str, origin: str, places: list[Path]) -> None:
    """Samples or counts that exist already: their files, and to which decoding they belong."""
    model: Any
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
                f"{suggest(benchmark, config['benchmarks'])}; benchmarks: {listed(config['benchmarks'])}"
            )
        for one in [file] if isinstance(file, str) else file:
            if not (Path(one).is_file() or (Path(one).is_dir() and entry.get("format") == "evalplus")):
                raise InputError(
                    f"{key}.{origin}.files.{benchmark} = {one!r}: there is no such file{looked_in(one, places)}"
                )
    named = model.get("decodings", config["decodings"])
    if len([decoding for decoding in sampled(config["decodings"]) if decoding in named]) != 1:
        raise InputError(f"{key}: say to which decoding its samples belong, as in `decodings: [t0.6]`")
    if origin == "responses":
        _check_reading(f"{key}.responses", entry)


def _check_reading(key: str, entry: Responses) -> None:
    """How the rows of responses are read: by the name of a format, which says all, or by the names of columns."""
    matched = [column for column in ("problem", "row", "question") if column in entry]
    if "format" in entry:
        name, given = entry["format"], [*({"response", "finish_reason", "tokens"} & entry.keys()), *matched]
        if name not in IMPORTED:
            raise InputError(
                f"{key}.format = {name!r} is unknown{suggest(name, IMPORTED)}; known formats: {', '.join(IMPORTED)}; "
                "of other files name the columns, by `response` and so on"
            )
        if "episodes" in entry and not IMPORTED[name].has_messages:
            having = ", ".join(other for other, tool in IMPORTED.items() if tool.has_messages)
            raise InputError(
                f"{key}.episodes: files of the format {name} hold no messages; formats with episodes: {having}; or "
                "name columns"
            )
        if given:
            raise InputError(f"{key}.{min(given)}: the format {name} says which column that is; leave one of them out")
        entry.setdefault("extraction", IMPORTED[name].extraction)
        if "lists" in entry:
            raise InputError(f"{key}.lists: the format {name} says what its responses are; leave it out")
    elif "response" not in entry:
        raise InputError(f"{key}: name the tool by `format` ({', '.join(IMPORTED)}), or a column by `response`")
    elif len(matched) != 1 and matched != ["row", "question"]:
        raise InputError(
            f"{key}: name the column that says which problem a row is of, by exactly one of `problem` "
            "(problem ids), `row` (row numbers of the benchmark, from 0) or `question` (its text); or by `row` and "
            "`question`, which must agree"
        )
    if not has_scores(entry) and "right" in entry:
        raise InputError(f"{key}.right: name the column of the scores too, by `score`")
    if "score" in entry and "format" in entry and IMPORTED[entry["format"]].score is None:
        raise InputError(f"{key}.score: files of the format {entry['format']} have no scores; leave it out")


def check_weights(key: str, weights: str, places: list[Path]) -> None:
    """A folder must have config.json and weights, a GGUF file must exist; anything else must look like a hub id."""
    if is_gguf(weights):
        if not Path(weights).is_file():
            raise InputError(f"{key} = {weights!r}: there is no such file{looked_in(weights, places)}")
        return
    if not _is_there(key, weights, places):
        return
    found = found_in(Path(weights))
    if found.kind == "adapter":
        raise InputError(
            f"{key} = {weights!r}: the folder holds an adapter only; say `weights: <its base>, adapter: {weights}`"
        )
    if found.kind != "model":
        raise InputError(f"{key} = {weights!r}: {found.said}")


def _check_adapter(key: str, model: Model, places: list[Path]) -> None:
    """A folder must hold an adapter; where it names another base than the model's weights, that is `adapter_of`."""
    adapter = model["adapter"]
    if _is_there(key, adapter, places):
        try:
            other = of_another_base(adapter, model["weights"])
        except InputError as error:
            raise InputError(f"{key} = {adapter!r}: {error}") from error
        if other:
            model["adapter_of"] = other


def _is_there(key: str, name: str, places: list[Path]) -> bool:
    """Whether a name is that of a folder, which must be there, rather than a hub id."""
    if not is_folder(name):
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*/[\w.-]+(@[\w./-]+)?", name):
            raise InputError(f"{key} = {name!r}: neither a folder nor a hub id such as org/name or org/name@commit")
        return False
    if not Path(name).is_dir():
        raise InputError(
            f"{key} = {name!r}: there is no such folder{looked_in(name, places)}, and it is no hub id of the "
            "form org/name@commit"
        )
    return True


def check_benchmarks(config: Config, places: list[Path]) -> None:
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
                f"{key}.verifier = {benchmark['verifier']!r} is unknown{suggest(benchmark['verifier'], VERIFIERS)}; "
                f"known verifiers: {', '.join(VERIFIERS)}"
            )
        graders = choices(benchmark["verifier"])
        if benchmark.setdefault("grader", graders[0]) not in graders:
            raise InputError(
                f"{key}.grader = {benchmark['grader']!r} is unknown{suggest(benchmark['grader'], graders)}; "
                f"graders of verifier {benchmark['verifier']}: {', '.join(graders)}"
            )
        if (benchmark["verifier"] == "reasoning_gym") != (benchmark["source"] == "reasoning_gym"):
            raise InputError(f"{key}: tasks of reasoning-gym, and they alone, have verifier reasoning_gym")
        if ("choices" in benchmark) != (benchmark["verifier"] == CHOICE):
            raise InputError(f"{key}: benchmarks with `choices`, and they alone, have verifier {CHOICE}")
        if benchmark["verifier"] == CHOICE:
            benchmark.setdefault("guess_floor", "a letter at random, each by itself")
        if benchmark["verifier"] == "code" and "format" not in benchmark:
            raise InputError(
                f"{key}: verifier code needs `format`, which says how tests look: {' or '.join(FORMATS)}; docs/keys.md "
                "has the columns of each"
            )
        if benchmark["source"] == "file" and not Path(benchmark["file"]).is_file():
            raise InputError(
                f"{key}.file = {benchmark['file']!r}: there is no such file{looked_in(benchmark['file'], places)}"
            )
        for kind, said, known in (("format", benchmark.get("format"), FORMATS), ("task", benchmark.get("task"), TASKS)):
            if said is not None and said not in known:
                raise InputError(f"{key}.{kind} = {said!r} is unknown{suggest(said, known)}; known: {listed(known)}")
        check_size(key, benchmark)
        for column, names in benchmark.get("transform", {}).items():
            for transform in names:
                if transform not in TRANSFORMS:
                    raise InputError(
                        f"{key}.transform.{column}: {transform!r} is unknown{suggest(transform, TRANSFORMS)}; "
                        f"known: {', '.join(TRANSFORMS)}"
                    )
        if benchmark["verifier"] == "none":
            for model, entry in config["models"].items():
                scored = "counts" in entry or ("responses" in entry and has_scores(entry["responses"]))
                if name in entry["benchmarks"] and not scored:
                    raise InputError(
                        f"{key}: verifier none judges nothing, so {model!r} must bring `counts` for it, or `responses` "
                        "with the scores of their file"
                    )
        if not any(name in model["benchmarks"] for model in config["models"].values()):
            raise InputError(f"{key}: no model of this run is sampled on it (see the models' `benchmarks`)")


def resolve_runs(config: Config) -> None:
    """Pairs with several training runs on a side become `run_pairs`, after each run was checked as that side."""
    models, runs = config["models"], config["runs"]
    for name, members in runs.items():
        if name in models:
            raise InputError(f"config: runs.{name}: a model of this run has that name; give the runs another")
        for model in members:
            if model not in models:
                raise InputError(
                    f"config: runs.{name}: {model!r} is not a model of this run{suggest(model, models)}; "
                    f"models: {listed(models)}"
                )
    config["run_pairs"] = [pair for pair in config["pairs"] if runs.keys() & {pair["base"], pair["tuned"]}]
    for pair in config["run_pairs"]:
        if pair["incomplete"]:
            raise InputError(f"config: pairs: `incomplete` is not known of runs ({pair['base']}, {pair['tuned']})")
    config["pairs"] = [pair for pair in config["pairs"] if pair not in config["run_pairs"]]


def check_pairs(config: Config) -> None:
    models, grid = config["models"], Grid(config)
    pairs = [(f"config: pairs.{i}", pair) for i, pair in enumerate(config["pairs"])]
    pairs += [(f"config: pairs: {p['base']} and {p['tuned']}", of_runs) for p, of_runs in grid.pairs_of_runs]
    names = [_names(pair) for pair in config["pairs"] + config["run_pairs"]]
    for i, (base, tuned, *_) in enumerate(names):
        if names[i] in names[:i]:
            raise InputError(f"config: pairs.{i}: {base} and {tuned} are a pair already")
    for key, pair in pairs:
        for role in ("base", "tuned"):
            if pair[role] not in models:
                raise InputError(
                    f"{key}.{role} = {pair[role]!r} is not a model of this run{suggest(pair[role], models)}; "
                    f"models: {listed(models)}"
                )
        if pair["base"] == pair["tuned"]:
            raise InputError(f"{key}: {pair['base']!r} is compared with itself")
        base, tuned = models[pair["base"]], models[pair["tuned"]]
        shared = set(base["benchmarks"]) & set(tuned["benchmarks"])
        if not shared:
            raise InputError(f"{key}: {pair['base']} and {pair['tuned']} have no benchmark in common")
        for decoding in pair.get("decodings", []):
            if decoding not in config["decodings"]:
                raise InputError(
                    f"{key}.decodings: {decoding!r} is unknown{suggest(decoding, config['decodings'])}; "
                    f"decodings of this run: {listed(config['decodings'])}"
                )
        if not (is_sampled(base) and is_sampled(tuned)):
            continue  # of samples that exist already nobody knows the prompt
        sampled_by: Any = (base, tuned)
        for rule in ("prompt", "stop", "stop_token_ids"):
            said = [model[rule] for model in sampled_by]
            if rule == "prompt":
                said = [{benchmark: names[benchmark] for benchmark in sorted(shared)} for names in said]
                said = [names if len(set(names.values())) > 1 else next(iter(names.values())) for names in said]
                if not _prompts_differ(config, base, tuned, shared):
                    continue
            if said[0] != said[1] and not pair["prompts_differ"]:
                raise InputError(
                    f"{key}: {pair['base']} and {pair['tuned']} differ in `{rule}` ({said[0]!r}, {said[1]!r}), "
                    "so a difference need not come from training; say `prompts_differ: true` to compare anyway"
                )
        if by_chat(base) != by_chat(tuned) and not pair["prompts_differ"]:
            raise InputError(
                f"{key}: of {pair['base']} and {pair['tuned']} one is sent messages, and the other "
                "a text, so a difference need not come from training; say `prompts_differ: true` to compare anyway"
            )
        chats = [b for b in shared if pair["tuned"] in grid.must_be_alike(pair["base"], b)]
        if chats and len({chat_template(tokenizer_source(model)) for model in (base, tuned)} - {None}) > 1:
            raise InputError(
                f"{key}: the chat templates of {pair['base']} and {pair['tuned']} differ, and so do their prompts "
                f"on {chats[0]}; say `prompts_differ: true` to compare anyway"
            )


def _prompts_differ(config: Config, base: Model, tuned: Model, shared: set[str]) -> bool:
    """Whether two models get different prompts on any shared benchmark, beginning-of-sequence tokens aside."""

    def told(name: str) -> tuple:
        return without_beginning(config["prompts"][name]), config["answer_forms"].get(name)

    named = [(base["prompt"][benchmark], tuned["prompt"][benchmark]) for benchmark in shared]
    return any(one != other and told(one) != told(other) for one, other in named)


def _names(pair: Pair) -> tuple:
    """What makes two pairs the same."""
    return pair["base"], pair["tuned"], tuple(pair.get("decodings", ()))


def resolve_groups(config: Config) -> None:
    """Members of groups become lists of {at, base, tuned}, and pairs of the run if they are not yet."""
    files: dict[str, str] = {}
    every: Any = config
    group: Any
    for name, group in config["groups"].items():
        key, members = f"config: groups.{name}", list[Member]()
        if "by" in group:
            group["members"] = along_decodings(config, key, group)
        for at, member in group["members"].items():
            if isinstance(member, str) and "base" not in group:
                raise InputError(f"{key}: needs a `base`, or `base` and `tuned` at every member (missing at {at!r})")
            pair: Any = {"base": group["base"], "tuned": member} if isinstance(member, str) else member
            named: Any = {"at": at, **pair}
            members.append(named)
            pair = pair_of(pair)
            if not any(_names(pair) == _names(other) for other in config["pairs"]):
                config["pairs"].append(pair | {key: group[key] for key in OF_PAIRS})
            for role, model in ((role, pair[role]) for role in SIDES):
                known = [*config["models"], *config["runs"]]
                if model not in known:
                    raise InputError(
                        f"{key}.members.{at}: {role} {model!r} is not a model of this run"
                        f"{suggest(model, known)}; models: {listed(known)}"
                    )
            if group["scale"] != "ordinal" and (not isinstance(at, int | float) or at <= 0 < (group["scale"] == "log")):
                raise InputError(f"{key}.members: {at!r} has no place on a {group['scale']} axis; use scale: ordinal")
        for kind in ("benchmarks", "decodings"):
            for one in group.get(kind, []):
                if not set(sides(one)) <= set(every[kind]):
                    raise InputError(
                        f"{key}.{kind}: {one!r} is not one of this run{suggest(one, every[kind])}; "
                        f"{kind}: {', '.join(every[kind])}"
                    )
        group["members"] = members
        group.setdefault("axis", str(name))
        group["file"] = group_file(name)
        if files.setdefault(group["file"], name) != name:
            raise InputError(f"{key} and groups.{files[group['file']]} would be files of the same name; rename one")


def check_analysis(config: Config) -> None:
    """The k of decisions must have been sampled on every benchmark."""
    asked = ("large_k", "efficiency_k", "sharpening_k")
    wanted = {f"analysis.{key}": config["analysis"].get(key) for key in asked}
    for key, k in wanted.items():
        for name, benchmark in config["benchmarks"].items():
            if isinstance(k, int) and k > benchmark["samples"] and "probe_of" not in benchmark:
                raise InputError(f"config: {key} = {k} is more than benchmarks.{name}.samples = {benchmark['samples']}")


def check_matched(config: Config) -> None:
    """Decodings with a searched temperature: whose entropy they match, and for which model."""
    for name, decoding in config["decodings"].items():
        if "entropy_of" not in decoding:
            continue
        key, target = f"config: decodings.{name}.entropy_of", decoding["entropy_of"]
        if "cut" in decoding:
            raise InputError(
                f"config: decodings.{name}.cut = {decoding['cut']!r} has no temperature of its own to keep"
            )
        asked = ("model", target["model"], config["models"]), ("decoding", target["decoding"], config["decodings"])
        for kind, said, known in asked:
            if said not in known:
                raise InputError(f"{key}.{kind} = {said!r} is unknown{suggest(said, known)}")
        across = [target["decoding"], name]
        tuned = [p["tuned"] for p in config["pairs"] if (p["base"], p.get("decodings")) == (target["model"], across)]
        if not tuned:
            raise InputError(
                f"{key}: no pair is compared under it; write one: {{base: {target['model']}, tuned: ..., decodings: "
                f"[{', '.join(across)}]}}"
            )
        if not config["decodings"][target["decoding"]].get("temperature"):
            raise InputError(f"{key}.decoding = {target['decoding']!r} must have a temperature above 0")
        for model in (target["model"], *tuned):
            if "weights" not in config["models"][model]:
                raise InputError(f"{key}: models.{model} has no weights here, whose entropy could be measured")


def check_decodings(config: Config) -> None:
    """Faults that would otherwise show only after waiting for a GPU."""
    for model, benchmark, name in Grid(config).curves:
        entry, decoding = config["models"][model], config["decodings"][name]
        if not is_sampled(entry) or "cut" in decoding:
            continue
        samples = entry["samples"].get(benchmark, config["benchmarks"][benchmark]["samples"])
        if decoding.get("temperature") == 0 and samples > 1:
            raise InputError(
                f"config: decodings.{name}.temperature = 0, and models.{model} has {samples} samples of every problem "
                f"of {benchmark}: without randomness all of them are the same. Give a temperature above 0, or "
                "`samples: 1, block: 1`"
            )
        is_start = "training" in entry and "adapter" not in entry  # whose tokenizer it has, and no weights yet
        source = entry.get("tokenizer") if is_start else entry.get("weights")
        longest = context_of(source) if source is not None and "server" not in entry else None
        longest = entry.get("hf_overrides", {}).get("max_position_embeddings", longest)
        if longest is not None and decoding["max_tokens"] >= longest:
            raise InputError(
                f"config: decodings.{name}.max_tokens = {decoding['max_tokens']}: the context of models.{model} has "
                f"{longest} tokens, for the prompt and the response together; give less, or leave that model out by "
                "its `decodings`"
            )


@cache
def context_of(weights: str) -> int | None:
    """Tokens of the context of a model in a local folder, by its config.json; None if unknown."""
    if not is_folder(weights):
        return None
    try:
        said = json.loads(Path(weights, "config.json").read_text())
        longest = (said.get("text_config") or said).get("max_position_embeddings")
        if not isinstance(longest, int | None):
            raise ValueError(f"max_position_embeddings is {longest!r:.100}")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise InputError(f"{Path(weights, 'config.json')} cannot be read: {error}") from error
    return longest


def require_free_names(groups: dict[str, Group], rules: list[str]) -> None:
    """InputError if a group would be a target with the name of a rule."""
    for name, group in groups.items():
        if group["file"] in rules:
            raise InputError(
                f"config: groups.{name}: a group is a target by its name, and {group['file']!r} is a rule of the "
                "workflow already; give the group another name"
            )
