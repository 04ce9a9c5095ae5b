"""The grid: which models, benchmarks and decodings belong together, and which pairs are compared where.

A comparison across two decodings has a name of both, `t0.6-vs-t1.0`: that of the base, and that of the tuned model.
Runs at parse time: stays light.
"""

ACROSS = "-vs-"


def curves(config: dict) -> list[tuple[str, str, str]]:
    """(model, benchmark, decoding) of everything that is sampled or imported, in the order of the configuration."""
    return [
        (name, benchmark, decoding)
        for name, model in config["models"].items()
        for benchmark in model["benchmarks"]
        for decoding in model["decodings"]
        if benchmark in config["decodings"][decoding].get("benchmarks", [benchmark])
    ]


def comparisons(config: dict, known: list[tuple[str, str, str]]) -> list[tuple[str, str, str, str]]:
    """(base, tuned, benchmark, decoding or two) of every pair with both sides in `known`, benchmark by benchmark."""
    there = set(known)
    found = []
    for benchmark in config["benchmarks"]:
        for pair in config["pairs"]:
            across = [tuple(pair["decodings"])] if "decodings" in pair else [(d, d) for d in config["decodings"]]
            for first, second in across:
                if {(pair["base"], benchmark, first), (pair["tuned"], benchmark, second)} <= there:
                    found.append((pair["base"], pair["tuned"], benchmark, together(first, second)))
    return found


def together(first: str, second: str) -> str:
    return first if first == second else f"{first}{ACROSS}{second}"


def sides(decoding: str) -> tuple[str, str]:
    """The decodings of the base and of the tuned model."""
    first, _, second = decoding.partition(ACROSS)
    return first, second or first
