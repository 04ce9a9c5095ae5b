"""Colours of models, the same on the page and in figures. Without matplotlib: a page draws nothing."""

# Okabe and Ito's palette, safe for colour-blind readers; black is for a base model
PALETTE = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"]


def color_of(model: dict) -> str:
    """A model's own colour, or the palette's by its place; after its end from the second on, as black is the base."""
    place = model["place"]
    return model["color"] or PALETTE[place if place < len(PALETTE) else 1 + (place - 1) % (len(PALETTE) - 1)]
