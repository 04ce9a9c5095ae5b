"""The page that a run ends with: what it says in sentences, its charts, its tables, and what it was made with."""
