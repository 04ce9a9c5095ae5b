"""Samples: their specs and inputs. setup.py has how jobs are run. Light: runs at parse time."""

from collections.abc import Callable
from typing import Any

from boundary.contracts import CutSpec, MatchingSpec, ModelSpec, PromptSpec, SampledDecoding, SampleSpec, Template
from boundary.files.known_digests import code_digest, tokenizer_digest
from boundary.files.locations import is_folder
from boundary.grid import Grid, is_sampled, tokenizer_source
from boundary.identity import CUT_PROTOCOL, MATCHING_PROTOCOL, SAMPLING_PROTOCOL, model_identity, weights_identity
from boundary.importing.plan import Imports
from boundary.paths import MATCHED, PROMPTS, SAMPLES
from boundary.sampling.templates import by_chat, is_chat
from boundary.weights.plan import Weights
from boundary.zoo.plan import Trainings


class Sampling:
    """Prompts and samples, by the wildcards of their rules."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    # --- files -------------------------------------------------------------------------------------------------------

    def chat_weights(self, model: str, benchmark: str) -> list[str]:
        """The manifest of a model's weights if the prompt is a chat, which their tokenizer renders."""
        return Weights(self.grid).download(model) if self.grid.is_chat(model, benchmark) else []

    def chat_prompts(self, model: str, benchmark: str, **_) -> list[str]:
        """The prompts of a model, if they cannot be rendered from a template alone."""
        return [PROMPTS.format(model=model, benchmark=benchmark)] if self.grid.is_chat(model, benchmark) else []

    def every_prompt(self) -> list[str]:
        pairs = dict.fromkeys((m, b) for m, b, _ in self.grid.own_curves if is_sampled(self.grid.models[m]))
        return [PROMPTS.format(model=model, benchmark=benchmark) for model, benchmark in pairs]

    def cut_source(self, model: str, benchmark: str, decoding: str, block: str) -> str:
        """The block of samples that another one is cut from."""
        source = self.config["decodings"][decoding]["cut"]
        return SAMPLES.format(model=model, benchmark=benchmark, decoding=source, block=block)

    def matched(self, model: str, benchmark: str, decoding: str, **_) -> list[str]:
        """The file with the temperature, if the decoding has none."""
        is_matched = "entropy_of" in self.config["decodings"][decoding]
        return [MATCHED.format(model=model, benchmark=benchmark, decoding=decoding)] if is_matched else []

    def of_base(self, files: Callable, benchmark: str, decoding: str, **_):
        """Files of the model whose entropy a decoding matches."""
        base = self.config["decodings"][decoding]["entropy_of"]["model"]
        return files(model=base, benchmark=benchmark)

    # --- what decides them -------------------------------------------------------------------------------------------

    def template(self, model: str, benchmark: str) -> Template:
        return self.config["prompts"][self.grid.models[model]["prompt"][benchmark]]

    def prompts(self, model: str, benchmark: str) -> PromptSpec:
        """The spec of a model's prompts on a benchmark, given its problems."""
        template = self.template(model, benchmark)
        if not is_chat(template):
            return {"template": template}
        if by_chat(self.grid.models[model]):
            return {"template": template, "api": "chat"}
        return {"template": template, "tokenizer": self._tokenizer(model)}

    def _tokenizer(self, model: str) -> str:
        source = tokenizer_source(self.grid.models[model]) or ""
        return tokenizer_digest(source) if is_folder(source) else weights_identity(source)

    def spec(self, model: str, benchmark: str, decoding: str, **_) -> SampleSpec:
        """The spec of a model's samples under a decoding, given their prompts, which are compared by hash.

        For imported samples or counts: their files, and how they are read.
        """
        chosen = self.config["decodings"][decoding]
        if imported := Imports(self.grid).spec(model, benchmark):
            return {**imported, "cut": {"turns": chosen["turns"]}} if "turns" in chosen else imported
        if "cut" in chosen:
            return self._cut(self.spec(model, benchmark, chosen["cut"]), model, chosen["max_tokens"])
        return {
            "protocol": SAMPLING_PROTOCOL,
            "seed": self.config["seed"],
            "model": self.model(model, benchmark),
            "decoding": self.decoding(model, benchmark, decoding),
        }

    def model(self, model: str, benchmark: str) -> ModelSpec:
        """The spec of a model that is sampled here, with its prompt and stop rules."""
        entry = self.grid.models[model]
        more: Any = {}  # what few models have: left out where it is not, so that older samples stay what they are
        trained = Trainings(self.grid).step(entry["training"]) if "training" in entry else None
        if "adapter" in entry:
            more["adapter"] = trained or weights_identity(entry["adapter"])
        if "hf_overrides" in entry:
            more["hf_overrides"] = entry["hf_overrides"]
        if entry.get("trust_remote_code"):
            more["code"] = code_digest(entry["weights"]) if is_folder(entry["weights"]) else entry["weights"]
        own: Any = {"weights": trained, "dtype": entry["dtype"]} if trained and "adapter" not in entry else None
        return {
            **(own or model_identity(entry)),
            "prompt": self.template(model, benchmark),
            "stop": entry["stop"],
            "stop_token_ids": entry["stop_token_ids"],
            **more,
        }

    def decoding(self, model: str, benchmark: str, decoding: str) -> SampledDecoding:
        """The spec of a decoding; instead of a matched temperature, how it is found."""
        said: Any = {key: value for key, value in self.config["decodings"][decoding].items() if key != "benchmarks"}
        if "entropy_of" in said:
            said["entropy_of"] = self.matching(model, benchmark, decoding)
        return said

    def matching(self, model: str, benchmark: str, decoding: str) -> MatchingSpec:
        """The spec of the temperature at which a model is as random as another under its decoding: not the number."""
        chosen = self.config["decodings"][decoding]
        target = chosen["entropy_of"]
        said: Any = {key: value for key, value in chosen.items() if key not in ("benchmarks", "entropy_of")}
        return {
            "protocol": MATCHING_PROTOCOL,
            "seed": self.config["seed"],
            "stream": f"{model}/{self.grid.stream_of(benchmark)}/{decoding}/pilot",
            "pilot": {"problems": target["problems"], "samples": target["samples"]},
            "base": {
                "model": self.model(target["model"], benchmark),
                "decoding": self.decoding(target["model"], benchmark, target["decoding"]),
            },
            "tuned": {"model": self.model(model, benchmark), "decoding": said},
        }

    def _cut(self, source: SampleSpec, model: str, max_tokens: int) -> SampleSpec:
        """What decides samples that are cut: `source`, the spec of those that they are made of, and the new limit."""
        cut: CutSpec = {"protocol": CUT_PROTOCOL, "max_tokens": source["decoding"]["max_tokens"]}
        if "weights" not in source["model"]:  # of a server, which does not say what its tokenizer is
            cut["tokenizer"] = self._tokenizer(model)
        decoding: Any = source["decoding"] | {"max_tokens": max_tokens}
        return source | {"decoding": decoding, "cut": cut}
