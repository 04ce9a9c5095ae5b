"""Kinds of training, by which the report distinguishes models; `spec.kinds` has those of a run."""

RL, SFT, DISTILLATION = "rl", "sft", "distillation"
WORDS = {RL: "RL", SFT: "SFT", DISTILLATION: "distillation"}


def word(kind: str | None) -> str:
    """A kind as the report names it; a model of unknown kind is tuned."""
    return "tuned" if kind is None else WORDS.get(kind, kind)
