"""How models were trained, by which the report tells them apart; `spec.kinds` has those of a run."""

RL, SFT, DISTILLATION = "rl", "sft", "distillation"
WORDS = {RL: "RL", SFT: "SFT", DISTILLATION: "distillation"}


def word(kind: str | None) -> str:
    """A kind as the report names it; models of which nothing is known are tuned."""
    return "tuned" if kind is None else WORDS.get(kind, kind)
