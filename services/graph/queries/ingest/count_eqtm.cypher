// How many eQTM edges of one load are there? $load_id.
MATCH ()-[edge:EQTM {load_id: $load_id}]->()
RETURN count(edge) AS n_edges
