"""Findings: statements of arXiv 2504.13837, sections 3 and 4, and of its critics, tested in a run.

The configuration assigns roles to models and groups. A finding is decided part by part; a part is a training on a set
of problems. Training runs are a second source of variance in addition to problems.
"""
