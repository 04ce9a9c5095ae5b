"""Figures: one file each, with `draw(given, spec)` from results to a matplotlib Figure; contents.py lists them."""
