"""Models behind endpoints: what one is asked and answers, how much it takes, what it costs, what jobs share."""
