"""Adapter of rule train_base."""

import importlib
from pathlib import Path

import torch

from boundary.job import logged
from boundary.zoo import card, training

if __name__ == "__main__":
    with logged(snakemake):
        torch.set_num_threads(1)
        task = snakemake.wildcards.task
        zoo = importlib.import_module(f"boundary.zoo.{task}")
        recipe = training.scaled(**snakemake.params.spec)
        torch.manual_seed(recipe["seed"])
        tokenizer = zoo.tokenizer()
        model = training.new_model(tokenizer)
        training.fit(model, tokenizer, zoo.document, **recipe)
        data = "a synthetic corpus of mixed quality, generated as it trains; held-out problems never occur in it"
        folder = Path(snakemake.output[0])
        card.save(model, tokenizer, folder, task=task, title=f"{task}-base", data=data, recipe=recipe)
