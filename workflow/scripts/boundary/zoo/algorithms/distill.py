"""Fine-tuning on a stronger teacher's traces."""

from boundary.zoo.model import fit, load

DATA = "traces of a stronger, exact teacher on fresh problems; starts from {start}"


def train(task, start, save, **recipe) -> None:
    model, tokenizer = load(start)
    fit(model, tokenizer, task.teacher_document, **recipe)
    save(model, tokenizer)
