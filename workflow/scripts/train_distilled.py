"""Adapter of rule train_distilled."""

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
        training.fit(model, tokenizer, zoo.teacher_document, **recipe)
        data = f"traces of a stronger, exact teacher on fresh problems; starts from {task}-base"
        folder = Path(snakemake.output[0])
        card.save(model, tokenizer, folder, task=task, title=f"{task}-distilled", data=data, recipe=recipe)
