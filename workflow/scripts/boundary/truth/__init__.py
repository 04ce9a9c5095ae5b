"""Truth: exact success rates of small models, and what they say of the verdicts."""
