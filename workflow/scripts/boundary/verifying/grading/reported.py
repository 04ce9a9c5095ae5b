"""Not a grader: the name for counts, and for scores in a file of samples, that others made."""

name = "reported"
version = 1
LIMITS = ()
