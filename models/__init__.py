"""Numbers in, numbers out: statistics and models without files, environment or graph."""
