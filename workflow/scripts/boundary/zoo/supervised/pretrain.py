"""Language-model pretraining on a task's synthetic corpus."""

DATA = "a synthetic corpus of mixed quality, generated as it trains; held-out problems never occur in it"


def documents(task, recipe, seed, model, tokenizer):
    return task.document
