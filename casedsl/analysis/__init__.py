"""Facts about a model that rules ask for: what leads where, what can be reached, which team has the case."""
