"""Claims: their inputs and specs, and which can be decided before sampling. Light: runs at parse time."""

from boundary.analysis.asked import ASKED
from boundary.benchmarks.plan import Benchmarks
from boundary.contracts import ClaimsSpec, Planned
from boundary.files.checkpoints import chat_template
from boundary.files.locations import is_folder
from boundary.grid import Grid, tokenizer_source
from boundary.importing.plan import Imports
from boundary.names import SIDES
from boundary.sampling.templates import by_chat
from boundary.screening.plan import Screening


class Claims:
    """The specs of the run's claims."""

    def __init__(self, grid: Grid):
        self.grid, self.config = grid, grid.config

    def spec(self) -> ClaimsSpec:
        models = self.grid.models
        subsets = {name: Screening(self.grid).subset_in_words(name) for name in self.grid.subsets}
        return {
            "level": self.config["analysis"]["level"],
            "rate": self.config["analysis"]["rate"],
            "large_k": self.config["analysis"]["large_k"],
            "streams": {name: self.grid.stream_of(name) for name in self.grid.benchmarks},
            "topped_up": [name for name, entry in self.grid.benchmarks.items() if entry["topup"]],
            "labels": {name: model["label"] for name, model in models.items()} | {n: n for n in self.config["runs"]},
            "served": {name: model["server"]["model"] for name, model in models.items() if "server" in model},
            **({"by_chat": chats} if (chats := [name for name, model in models.items() if by_chat(model)]) else {}),
            **({"other_templates": others} if (others := self.other_templates()) else {}),
            "other_bases": {
                name: {key: model[key] for key in ("adapter_of", "weights")}
                for name, model in models.items()
                if "adapter_of" in model
            },
            **({"subsets": subsets} if subsets else {}),
            **({"within": within} if (within := self.within()) else {}),
            **({"guessed": guessed} if (guessed := self.grid.guessed) else {}),
            "graders": {name: self.grid.grader(name) for *_, name, _ in self.grid.every_comparison},
            "whole_of": {name: self.grid.whole_of(name) for name in self.grid.benchmarks},
            **({"claims": asked} if (asked := self.asked()) else {}),
            **({"imported": stated} if (stated := Imports(self.grid).stated()) else {}),
            **({"clustered": columns} if (columns := Benchmarks(self.grid).clustered()) else {}),
            **({"in_families": names} if (names := Benchmarks(self.grid).in_families()) else {}),
        }

    def other_templates(self) -> dict[str, str]:
        """For pairs whose weights are in folders: the base of every tuned model whose own chat template differs."""
        found = {}
        for pair in self.config["pairs"]:
            sources = (tokenizer_source(self.grid.models[pair[side]]) for side in SIDES)
            base, tuned = (chat_template(source) if source and is_folder(source) else None for source in sources)
            if base and tuned and base != tuned:
                found[pair["tuned"]] = pair["base"]
        return found

    def asked(self) -> list[str]:
        """The kinds of further claims that some comparison has."""
        found = {kind for comparison in self.grid.comparisons for kind in self.grid.asked(comparison)}
        return [kind for kind in ASKED if kind in found]

    def within(self) -> dict[str, str]:
        """The number of turns of claims under a decoding, in words, if the configuration lists some."""
        decodings = dict.fromkeys(comparison.decoding for comparison in self.grid.every_comparison)
        turns = {name: self.grid.turns_of(name) for name in decodings}
        if not any(turns.values()):
            return {}
        return {name: f"within {T} turns" if T else "without a limit of turns" for name, T in turns.items()}

    def planned(self) -> Planned:
        """The spec of the check, before sampling, of which claims about sets can be decided."""
        grid, analysis = self.grid, self.config["analysis"]
        claimed = [pair for pair in grid.every_comparison if grid.is_claimed(pair[3])]
        single = [pair for pair in grid.comparisons if grid.is_claimed(pair[3])]
        streams: dict[tuple, set] = {}
        for base, tuned, benchmark, decoding in single:
            streams.setdefault((base, tuned, decoding), set()).add(grid.stream_of(benchmark))
        overall = sum(len(found) > 1 for found in streams.values())
        return {
            "rate": analysis["rate"],
            "level": analysis["level"],
            "claims": 3 * len(claimed) + 4 * len(single) + 2 * overall + sum(len(grid.asked(pair)) for pair in single),
            "models": {
                on: sorted({m for b, t, also, _ in single if also == on for m in (b, t)}) for *_, on, _ in single
            },
            "topped_up": [name for name, entry in grid.benchmarks.items() if entry["topup"]],
        }
