// How many nodes the database holds (from the count store, so it costs nothing).
MATCH (node) RETURN count(node) AS n_nodes
