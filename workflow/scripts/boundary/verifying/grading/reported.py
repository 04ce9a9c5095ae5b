"""Not a grader: the name under which counts stand that others made, on problems that are only named."""

name = "reported"
version = 1
LIMITS = ()
