"""Weights and adapters: fetched from a hub or made of a GGUF file, before any GPU waits. Light: runs at parse time."""

from pathlib import Path

from boundary.files.locations import is_folder, is_hub_id
from boundary.grid import Grid
from boundary.identity import weights_identity
from boundary.paths import ADAPTER_DOWNLOAD, MADE_WEIGHTS, WEIGHTS_DOWNLOAD


class Weights:
    """What is fetched for a model, by its name."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def download(self, model: str, **_) -> list[str]:
        """The manifest of a model's weights, where they are fetched from a hub or made of a GGUF file: once, under the
        name of the first model that has them."""
        weights = None if self.grid.opened else self.grid.models[model].get("weights")
        if weights is None or is_folder(weights):
            return []
        first = next(name for name, entry in self.grid.models.items() if entry.get("weights") == weights)
        return [WEIGHTS_DOWNLOAD.format(model=first)]

    def adapter_download(self, model: str, **_) -> list[str]:
        """The manifest of a model's adapter, where it is fetched from a hub."""
        is_fetched = is_hub_id(self.grid.models[model].get("adapter", "")) and not self.grid.opened
        return [ADAPTER_DOWNLOAD.format(model=model)] if is_fetched else []

    @property
    def anything_to_download(self) -> bool:
        return any("weights" in model and not is_folder(model["weights"]) for model in self.grid.models.values())

    @property
    def any_adapter_to_download(self) -> bool:
        return any(is_hub_id(model.get("adapter", "")) for model in self.grid.models.values())

    def weights(self, model: str) -> str:
        """Weights that are fetched or made before they are used, as their manifest names them."""
        return weights_identity(self.grid.models[model]["weights"])

    def adapter(self, model: str) -> str:
        return self.grid.models[model]["adapter"]

    def of_gguf(self, model: str, **_) -> dict:
        """file: the GGUF file that weights are made of; folder: for what is made of it."""
        return {"file": self.grid.models[model]["weights"], "folder": MADE_WEIGHTS.format(model=model)}

    def hub_weights(self) -> list[str]:
        """The hub ids of the weights that are not downloaded yet, each once."""
        found = (
            entry["weights"]
            for name, entry in self.grid.models.items()
            if is_hub_id(entry.get("weights", "")) and not Path(WEIGHTS_DOWNLOAD.format(model=name)).exists()
        )
        return list(dict.fromkeys(found))

    def of_download(self, sizes: str, model: str, **_) -> dict:
        """sizes: the file that knows how large weights are; others: what else the run has to download.

        entry: of the model; longest, templates: the max_tokens and the prompt templates that it is sampled with.
        """
        entry, config = self.grid.models[model], self.config
        own = [(benchmark, decoding) for name, benchmark, decoding in self.grid.own_curves if name == model]
        prompts = [config["prompts"][entry["prompt"][benchmark]] for benchmark, _ in own if "prompt" in entry]
        texts = [text for prompt in prompts for text in ([prompt] if isinstance(prompt, str) else prompt.values())]
        return {
            "sizes": sizes,
            "others": self.hub_weights(),
            "entry": {key: entry[key] for key in ("stop_token_ids", "tensor_parallel_size", "note") if key in entry},
            "longest": max((config["decodings"][decoding].get("max_tokens", 0) for _, decoding in own), default=0),
            "templates": list(dict.fromkeys(text for text in texts if isinstance(text, str))),
        }
