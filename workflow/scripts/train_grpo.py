"""Adapter of rule train_grpo."""

import importlib
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

from boundary.job import logged
from boundary.zoo import card, training

if __name__ == "__main__":
    with logged(snakemake):
        torch.set_num_threads(1)
        task = snakemake.wildcards.task
        zoo = importlib.import_module(f"boundary.zoo.{task}")
        recipe = training.scaled(**snakemake.params.spec)
        model = LlamaForCausalLM.from_pretrained(snakemake.input.base, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(snakemake.input.base)
        checkpoints = recipe.pop("save")

        def save(step):
            if step in checkpoints:
                data = f"its own samples on fresh problems, rewarded 1 where right; starts from {task}-base"
                facts = {"task": task, "title": f"{task}-grpo, step {step}", "data": data, "recipe": recipe}
                with torch.random.fork_rng():  # measuring must not disturb training
                    card.save(model, tokenizer, Path(snakemake.output[0], f"step-{step}"), **facts)

        training.grpo(model, tokenizer, zoo.rl_problem, zoo.reward, save=save, **recipe)
