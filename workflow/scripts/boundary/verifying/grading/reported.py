"""Not a grader: the name under which stands what others said, as counts, or as the scores of a file of samples."""

name = "reported"
version = 1
LIMITS = ()
