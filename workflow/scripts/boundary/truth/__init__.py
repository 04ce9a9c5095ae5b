"""Truth: exact success rates of small models, and the decisions of claims compared with them."""
