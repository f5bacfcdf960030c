"""GraphQL over the current release of the graph."""
