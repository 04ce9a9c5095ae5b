"""Warnings of the first screen about models behind endpoints: seeds without effect, and endpoints that may run
another model."""

from collections.abc import Iterable, Mapping

from boundary.sampling.serving.probing import ALIKE, IGNORED, differ


def warnings(made_with: Mapping[str, Iterable[dict]], labels: dict[str, str]) -> list[str]:
    """made_with: of all blocks, by model."""
    said = []
    for model, blocks in made_with.items():
        known = [found for block in blocks for found in (block, *block.get("others", ())) if "said" in found]
        by_url: dict[str, list] = {}
        for found in known:
            by_url.setdefault(found["url"], []).append(found.get("greedy"))
        if ignoring := dict.fromkeys(found["url"] for found in known if found.get("seeds") == IGNORED):
            said.append(f"{', '.join(ignoring)} ignores seeds: samples of {labels[model]} cannot be drawn again.")
        if alike := dict.fromkeys(found["url"] for found in known if found.get("seeds") == ALIKE):
            said.append(f"{', '.join(alike)} gave every seed the same response: was {labels[model]} sampled at all?")
        for url, probes in by_url.items():
            if any(differ(probes[0], other) for other in probes[1:]):
                said.append(
                    f"{url} has answered the same greedy prompts otherwise than before: was {labels[model]} the same "
                    "model all the time?"
                )
        first = next(iter(by_url), "")
        for url, probes in by_url.items():
            if differ(by_url[first][0], probes[0]):
                said.append(
                    f"{first} and {url} answer the same greedy prompts differently: do both serve {labels[model]}?"
                )
    return said
