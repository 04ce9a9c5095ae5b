"""Training algorithms of the zoo: one file each, under the name that a recipe gives as its `algorithm`.

Each has
  DATA                               what it learns from, for the model's card; {start} is the recipe it starts from
  train(task, start, save, **recipe)
task: a module of zoo/tasks. start: folder of the weights it goes on from, or None. save(model, tokenizer, step=None)
writes a model, and with `step` a checkpoint. recipe: the other keys of config/recipes.yaml, steps scaled.
"""
