"""Tables: one file each, with `tabulate(given, spec)` from results to a frame; contents.py lists them."""
