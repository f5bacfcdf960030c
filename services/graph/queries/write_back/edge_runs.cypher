// Which runs have predicted edges, and how many?
// No parameters.
MATCH ()-[edge:PREDICTED_ASSOCIATION]->()
RETURN edge.run_id AS run_id, count(edge) AS n_edges
ORDER BY run_id
