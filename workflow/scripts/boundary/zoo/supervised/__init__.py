"""What a model is fitted to: one file each, under the name that a recipe gives as its `algorithm`.

Each has
  DATA                                                  for the model's card
  documents(task, recipe, seed, model, tokenizer)       a function of random numbers that draws one (prompt, response)
model: what training starts from.
"""
