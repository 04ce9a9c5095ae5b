"""Reinforcement learning of one policy, step by step: draw, reward, learn. algorithms/ has the differences between
algorithms.

All random numbers of a step are drawn from its seed and its number, so an interrupted training continues exactly.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from random import Random
from typing import Any

import torch

from boundary.contracts import Recipe, Template
from boundary.sampling.chat import Chat
from boundary.sampling.engines import prompt_ids
from boundary.sampling.templates import is_chat, template_of
from boundary.zoo.model import ends_of, load, with_adapter
from boundary.zoo.pool import drawn
from boundary.zoo.reinforcement import objective
from boundary.zoo.reinforcement.batch import Batch, joined
from boundary.zoo.reinforcement.rewards import REWARDS
from boundary.zoo.reinforcement.rollouts import draw, log_probabilities, texts

LARGEST_GRADIENT = 1.0
OF_RECIPES = {"reward": "correct", "kl": 0.0, "entropy_bonus": 0.0, "minibatches": 1, "clip": 0.2}
OF_RECIPES |= {"value_learning_rate": 0.001}


class Reinforcement:
    """A policy that learns from rewards. start: folder of weights. template: around a question, or None for the
    task's own."""

    data = "its own responses, rewarded: {reward}"

    def __init__(self, task, recipe: Recipe, seed: int, start: str, template: Template | None = None):
        self.algorithm = importlib.import_module(f"boundary.zoo.algorithms.{recipe['algorithm']}")
        self.recipe: Any = OF_RECIPES | getattr(self.algorithm, "DEFAULTS", {}) | recipe
        self.recipe.setdefault("clip_high", self.recipe["clip"])
        self.data = self.data.format(**self.recipe)
        self.task, self.seed, self.template = task, seed, template
        torch.manual_seed(seed)
        self.policy, self.tokenizer = load(start)
        self.reference = None
        if "lora" in recipe:
            self.policy = with_adapter(self.policy, **recipe["lora"])
        else:
            self.reference = load(start)[0].requires_grad_(False)
        self.ends = ends_of(self.policy, self.tokenizer)
        self.critic = None
        groups = [{"params": [p for p in self.policy.parameters() if p.requires_grad], "lr": recipe["learning_rate"]}]
        if getattr(self.algorithm, "CRITIC", False):
            self.critic = torch.nn.Linear(self.policy.config.hidden_size, 1)
            torch.nn.init.zeros_(self.critic.weight)
            torch.nn.init.zeros_(self.critic.bias)
            groups.append({"params": list(self.critic.parameters()), "lr": self.recipe["value_learning_rate"]})
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.95), weight_decay=0.0)
        self.waiting: Batch | None = None  # groups that an algorithm has not learnt from yet

    # --- a step ------------------------------------------------------------------------------------------------------

    def step(self, number: int) -> dict:
        """Take one step; returns its log entry."""
        rng = Random(f"{self.seed}/{number}")
        torch.manual_seed(rng.getrandbits(63))
        batch = self.draw_batch(rng)
        facts = self._facts(batch)
        if getattr(self.algorithm, "INFORMATIVE", False):
            waiting = joined(self.waiting, batch.select(batch.informative))
            enough = self.recipe["problems"] * self.recipe["rollouts"]
            if len(waiting) < enough:
                self.waiting = waiting
                return facts | {"updates": 0, "clipped": None}
            batch, self.waiting = waiting.select(torch.arange(enough)), None
        return facts | self.learn(batch)

    def draw_batch(self, rng: Random) -> Batch:
        """Problems, responses to them, and their rewards."""
        recipe = self.recipe
        problems = drawn(self.task, recipe, rng)
        golds = [gold for _, gold in problems for _ in range(recipe["rollouts"])]
        prompts = [self._prompt(text) for text, _ in problems]
        tokens, mask, logs = draw(self.policy, prompts, recipe["rollouts"], recipe["max_new_tokens"], self.ends)
        said = texts(self.tokenizer, tokens, mask)
        right = self._right(golds, said, tokens, mask)
        worth = REWARDS[recipe["reward"]]
        batch = Batch(
            rollouts=recipe["rollouts"],
            prompts=[prompt for prompt in prompts for _ in range(recipe["rollouts"])],
            tokens=tokens,
            mask=mask,
            drawn=logs,
            rewards=torch.tensor([worth(self.task, g, t, rng, r) for g, t, r in zip(golds, said, right, strict=True)]),
            correct=torch.tensor(right, dtype=torch.float32),
        )
        if getattr(self.algorithm, "GREEDY", False):
            tokens, mask, _ = draw(self.policy, prompts, 1, recipe["max_new_tokens"], self.ends, greedy=True)
            own = [gold for _, gold in problems]
            said = texts(self.tokenizer, tokens, mask)
            best = zip(own, said, self._right(own, said, tokens, mask), strict=True)
            batch.greedy = torch.tensor([worth(self.task, gold, text, rng, r) for gold, text, r in best])
        with torch.no_grad(), self._as_start() as start:
            batch.reference = log_probabilities(start, batch)[0]
        if self.critic:
            with torch.no_grad():
                batch.values = self.critic(log_probabilities(self.policy, batch, hidden=True)[2]).squeeze(2)
        return batch

    def _right(self, golds: list[str], said: list[str], tokens: torch.Tensor, mask: torch.Tensor) -> list[bool]:
        """Whether each response has ended, and is right."""
        judged = zip(golds, said, self._ended(tokens, mask).tolist(), strict=True)
        return [ended and bool(self.task.reward(gold, text)) for gold, text, ended in judged]

    def _ended(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        last = tokens.gather(1, (mask.sum(1).long() - 1)[:, None]).squeeze(1)
        return torch.isin(last, torch.tensor(self.ends))

    def _prompt(self, text: str) -> list[int]:
        if self.template is not None:
            asked = text.removesuffix(self.task.SUFFIX)
            if isinstance(self.template, str):
                text = self.template.replace("{question}", asked)
            elif is_chat(self.template):
                chat = Chat(self.tokenizer, self.template, "the start")
                text = chat(template_of(self.template, None).replace("{question}", asked))
        return prompt_ids(self.tokenizer, text)

    def _as_start(self):
        """The model that training began from."""
        if self.reference is not None:
            return nullcontext(self.reference)
        return _without_adapter(self.policy)

    def _facts(self, batch: Batch) -> dict:
        lengths, right = batch.mask.sum(1), batch.correct.view(-1, batch.rollouts)
        return {
            "reward": batch.rewards.mean().item(),
            "correct": batch.correct.mean().item(),
            "all_right": (right.amin(1) == 1).float().mean().item(),
            "all_wrong": (right.amax(1) == 0).float().mean().item(),
            "length": lengths.mean().item(),
            "truncated": (~self._ended(batch.tokens, batch.mask)).float().mean().item(),
            "entropy": -objective.mean_of_tokens(batch.drawn, batch.mask).item(),
            "kl": objective.mean_of_tokens(objective.k3(batch.drawn, batch.start), batch.mask).item(),
        }

    # --- learning from a batch ---------------------------------------------------------------------------------------

    def learn(self, batch: Batch) -> dict:
        """One update of the weights for each of `minibatches` parts of a batch."""
        advantages = self.algorithm.advantages(batch, self.recipe)
        parts = self.recipe["minibatches"]
        order = torch.randperm(len(batch)) if parts > 1 else torch.arange(len(batch))
        done = [self._update(batch.select(part), advantages[part]) for part in order.chunk(parts)]
        clipped = [share for share in done if share is not None]
        return {"updates": len(clipped), "clipped": sum(clipped) / len(clipped) if clipped else None}

    def _update(self, batch: Batch, advantages: torch.Tensor) -> float | None:
        """Change the weights; the share of ratios that were clipped, or None where there is nothing to learn."""
        loss, clipped = self.loss(batch, advantages)
        if not loss.requires_grad:
            return None
        loss.backward()
        for group in self.optimizer.param_groups:
            torch.nn.utils.clip_grad_norm_(group["params"], LARGEST_GRADIENT)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return clipped

    def loss(self, batch: Batch, advantages: torch.Tensor) -> tuple[torch.Tensor, float]:
        """The value to minimise, and the share of clipped ratios."""
        recipe, mask = self.recipe, batch.mask
        ratio_of = getattr(self.algorithm, "ratio_of", objective.ratio_of_tokens)
        mean_of = getattr(self.algorithm, "mean_of", objective.mean_of_sequences)
        matter = advantages.reshape(len(batch), -1).ne(0).any(1)  # of the others the gradient is 0
        if recipe["kl"] or recipe["entropy_bonus"] or self.critic:
            matter = torch.ones_like(matter)
        new, chosen = batch.drawn, matter.nonzero().squeeze(1)
        if len(chosen):
            logs, entropy, hidden = log_probabilities(self.policy, batch.select(chosen), hidden=self.critic is not None)
            new = new.index_copy(0, chosen, logs)
        ratio = ratio_of(new, batch.drawn, mask)
        clip = recipe["clip"], recipe["clip_high"]
        loss = mean_of(objective.surrogate(ratio, advantages, *clip), mask)
        if recipe["kl"]:
            loss = loss + recipe["kl"] * mean_of(objective.k3(new, batch.start), mask)
        if recipe["entropy_bonus"]:
            loss = loss - recipe["entropy_bonus"] * objective.mean_of_tokens(entropy, mask)
        if self.critic and hidden is not None:
            missed = self.critic(hidden.detach()).squeeze(2) - batch.rewards[:, None]
            loss = loss + objective.mean_of_tokens(missed**2, mask) / 2
        return loss, _clipped(ratio.detach(), advantages, mask, *clip)

    # --- what is kept ------------------------------------------------------------------------------------------------

    def state(self) -> dict:
        """Everything on which later steps depend."""
        return {
            "weights": {name: p.detach() for name, p in self.policy.named_parameters() if p.requires_grad},
            "critic": self.critic.state_dict() if self.critic else None,
            "optimizer": self.optimizer.state_dict(),
            "waiting": self.waiting.plain() if self.waiting else None,
        }

    def restore(self, state: dict) -> None:
        self.policy.load_state_dict(state["weights"], strict=False)
        if self.critic:
            self.critic.load_state_dict(state["critic"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.waiting = Batch(**state["waiting"]) if state["waiting"] else None


def _clipped(ratio: torch.Tensor, advantages: torch.Tensor, mask: torch.Tensor, clip: float, clip_high: float) -> float:
    """The share of tokens, or responses, with an advantage whose ratio is clipped, so that they teach nothing."""
    advantages = (advantages[:, None] if advantages.ndim == 1 else advantages) * mask[:, : ratio.shape[1]]
    beyond = ((ratio > 1 + clip_high) & (advantages > 0)) | ((ratio < 1 - clip) & (advantages < 0))
    return (beyond.float().sum() / advantages.ne(0).sum().clamp(min=1)).item()


@contextmanager
def _without_adapter(policy) -> Iterator:
    """A policy with an adapter as it began: the adapter is switched off meanwhile."""
    with policy.disable_adapter():
        yield policy
