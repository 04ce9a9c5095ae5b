"""Validity: whether correct responses to rarely solved problems reason validly, by labels of people or a program."""
