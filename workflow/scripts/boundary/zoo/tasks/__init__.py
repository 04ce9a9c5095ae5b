"""Tasks of the zoo: one file each, with its language, problems, corpus and teacher. Found by their file names.

`benchmark(size, seed, kind, largest)` of a task makes problems of one of three kinds, as in Figure 1 and Tables 2 and 3
of arXiv 2504.13837, where reinforcement learning sees problems of up to `largest` steps (or numbers): HELD_OUT, like
those that are trained on; TRAINED on, the first of the pool that is drawn from (zoo/pool.py), whatever the seed; and
LONGER, held out and of a size that no reinforcement learning has.
"""

from pathlib import Path

TASKS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
SIZES = {"chain": (3, 6), "countdown": (3, 4)}  # what `largest` may be
HELD_OUT, TRAINED, LONGER = "held-out", "trained", "longer"
