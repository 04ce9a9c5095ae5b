"""Fine-tuning on a stronger teacher's traces."""

DATA = "traces of a stronger, exact teacher on fresh problems"


def documents(task, recipe, seed, model, tokenizer):
    return task.teacher_document
