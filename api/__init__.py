"""Every way in: command line, GraphQL, HTTP."""
