"""Colours and styles: one table for figures (matplotlib) and for charts of the page (Vega-Lite).

A model has the same colour in every figure; parts that belong to no model are grey. Imports no matplotlib: the page
draws nothing.
"""

from boundary.contracts import ShownModel

# Okabe and Ito's palette, safe for colour-blind readers, with wine for its yellow, which cannot be read on white; the
# first is for the first model, as a rule the base
PALETTE = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255"]
BOTH, NEITHER = "#CCCCCC", "#F0F0F0"  # problems that two models solved, or none: lighter than any model in grey
QUIET = "#595959"  # guessing, remarks
HEAT = ("#E8F1FA", "#08306B")  # from few problems to many
SHADES = ("#262626", "#A6A6A6", "#6B6B6B")  # parts of a whole, in this order next to each other
POINTWISE, SIMULTANEOUS, OWN = 0.26, 0.1, 0.5  # opacity: interval at one k, band over all k, of exactly these problems
GUESS_DASH = (4, 2)
LATE = ("#808080", 0.12)  # colour and opacity of where k > n/2
LINE = 1.6  # width of a curve, in points


def color_of(model: ShownModel) -> str:
    """A model's own colour, or the palette's by its place. After the palette's end it starts again at the second
    colour, because black is the base."""
    place = model["place"]
    return model["color"] or PALETTE[place if place < len(PALETTE) else 1 + (place - 1) % (len(PALETTE) - 1)]
