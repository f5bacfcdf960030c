"""The store: driver, managed local server, set-up, and all Cypher."""
