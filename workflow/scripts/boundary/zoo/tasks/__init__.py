"""Tasks of the zoo: one file each, with its language, problems, corpus and teacher. Found by their file names.

`benchmark(size, seed, kind)` of a task makes problems of one of three kinds, as in Figure 1 and Tables 2 and 3 of arXiv
2504.13837: HELD_OUT of training, but like what is trained on; TRAINED on, which are the first of the pool that
reinforcement learning draws from (zoo/pool.py), whatever the seed; and HARDER, held out and of a kind that no training
has.
"""

from pathlib import Path

TASKS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
HELD_OUT, TRAINED, HARDER = "held-out", "trained", "harder"
