// How many eQTL edges of one load are there? $load_id.
MATCH ()-[edge:EQTL {load_id: $load_id}]->()
RETURN count(edge) AS n_edges
