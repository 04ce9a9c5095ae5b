"""Tasks of the zoo: one file each, with its language, problems, corpus and teacher. Found by their file names."""

from pathlib import Path

TASKS = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
