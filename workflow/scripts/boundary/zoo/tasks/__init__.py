"""Tasks of the zoo: one file each, with its language, problems, corpus and teacher. Found by their file names.

`benchmark(size, seed, kind, largest)` of a task makes problems of one of three kinds, as in Figure 1 and Tables 2 and 3
of arXiv 2504.13837. Reinforcement learning sees problems of up to `largest` steps (or numbers). HELD_OUT problems are
like the training problems. TRAINED problems are the first of the pool for training (zoo/pool.py), whatever the seed.
LONGER problems are held out and larger than any training problem.
"""

from pathlib import Path

TASKS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
SIZES = {"chain": (3, 6), "countdown": (3, 4)}  # what `largest` may be
HELD_OUT, TRAINED, LONGER = "held-out", "trained", "longer"
