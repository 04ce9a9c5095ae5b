"""Models behind endpoints: requests and answers, load, costs, and state that jobs share."""
