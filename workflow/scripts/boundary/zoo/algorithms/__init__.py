"""Algorithms of reinforcement learning: one file each, under the name that a recipe gives as its `algorithm`.

Each has
  advantages(batch, recipe)   how much better each response was than expected: (responses,), or (responses, tokens)
and may have
  ratio_of, mean_of           how the loss is made of tokens, see reinforcement/objective.py; default: GRPO's
  DEFAULTS                    keys of a recipe that it takes otherwise where the recipe does not say them
  GREEDY = True               batch.greedy is wanted: the reward of each problem's most likely response
  CRITIC = True               batch.values is wanted: the reward that a value head expects, at every token
  INFORMATIVE = True          it learns once enough groups are neither all right nor all wrong
batch: see reinforcement/batch.py. recipe: of config/recipes.yaml, with DEFAULTS. A file that is added here is known by
its name at once.
"""
