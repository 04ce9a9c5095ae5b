"""Claims that are made only if the configuration asks for them (`analysis.claims`). Light: used at parse time."""

from typing import Final, Literal

Asked = Literal["best_prompt", "best_prompt_coverage", "above_vote"]
BEST_PROMPT: Final = "best_prompt"  # the tuned model against the base under its best prompt and decoding, at k = 1
BEST_PROMPT_COVERAGE: Final = "best_prompt_coverage"  # the same at the large k
ABOVE_VOTE: Final = "above_vote"  # one sample of the tuned model against the base's majority vote
BEST: tuple[Asked, Asked] = (BEST_PROMPT, BEST_PROMPT_COVERAGE)
ASKED: tuple[Asked, ...] = (*BEST, ABOVE_VOTE)
