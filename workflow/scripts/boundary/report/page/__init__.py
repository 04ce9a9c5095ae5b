"""The page at the end of a run: its sentences, charts and tables, and how it was made."""
