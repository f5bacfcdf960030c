"""The HTTP side: the GraphQL endpoint, health, request ids."""
