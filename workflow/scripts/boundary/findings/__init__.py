"""Findings: statements of arXiv 2504.13837, sections 3 and 4, and of its critics, as a run shows them.

The configuration says which models and groups play which role. A finding is decided part by part, a part being a
training on a set of problems; training runs are a second source of variance beside the problems.
"""
