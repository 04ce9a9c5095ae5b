"""Responses to problems, drawn together for a step of training."""

from dataclasses import dataclass, fields, replace

import torch


@dataclass
class Batch:
    """Responses, group by group: `rollouts` of every problem.

    prompts: token ids of each. tokens, mask: (responses, most tokens); mask is 1 on a response's tokens, including its
    end. drawn, reference: log-probabilities of the tokens when they were drawn, and under the start. rewards, correct:
    (responses,). greedy: (problems,), values: (responses, most tokens), if an algorithm needs them.
    """

    rollouts: int
    prompts: list[list[int]]
    tokens: torch.Tensor
    mask: torch.Tensor
    drawn: torch.Tensor
    rewards: torch.Tensor
    correct: torch.Tensor
    reference: torch.Tensor | None = None
    greedy: torch.Tensor | None = None
    values: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def groups(self) -> torch.Tensor:
        """Rewards: (problems, rollouts)."""
        return self.rewards.view(-1, self.rollouts)

    @property
    def informative(self) -> torch.Tensor:
        """(responses,) whether rewards differ in the group of each."""
        groups = self.groups
        return (groups.amax(1) > groups.amin(1)).repeat_interleave(self.rollouts)

    @property
    def start(self) -> torch.Tensor:
        """`reference`, which every drawn batch has."""
        if self.reference is None:
            raise ValueError("the start's log-probabilities of this batch are not known")
        return self.reference

    def with_rewards(self, rewards: torch.Tensor) -> "Batch":
        return replace(self, rewards=rewards)

    def select(self, chosen: torch.Tensor) -> "Batch":
        """Some of the responses: numbers, or a mask."""
        numbers = chosen.nonzero().squeeze(1) if chosen.dtype == torch.bool else chosen
        reference, values = (None if value is None else value[numbers] for value in (self.reference, self.values))
        return Batch(
            rollouts=self.rollouts,
            prompts=[self.prompts[i] for i in numbers.tolist()],
            tokens=self.tokens[numbers],
            mask=self.mask[numbers],
            drawn=self.drawn[numbers],
            rewards=self.rewards[numbers],
            correct=self.correct[numbers],
            reference=reference,
            values=values,
        )

    def plain(self) -> dict:
        """As values that can be saved."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def joined(first: Batch | None, second: Batch) -> Batch:
    """Two batches as one, without values of single problems or of one policy."""
    if first is None:
        return second
    references = [batch.reference for batch in (first, second) if batch.reference is not None]
    return Batch(
        rollouts=first.rollouts,
        prompts=first.prompts + second.prompts,
        tokens=torch.cat([first.tokens, second.tokens]),
        mask=torch.cat([first.mask, second.mask]),
        drawn=torch.cat([first.drawn, second.drawn]),
        rewards=torch.cat([first.rewards, second.rewards]),
        correct=torch.cat([first.correct, second.correct]),
        reference=torch.cat(references) if len(references) == 2 else None,
    )
