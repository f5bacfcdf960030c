// How many mQTL edges of one load are there? $load_id.
MATCH ()-[edge:MQTL {load_id: $load_id}]->()
RETURN count(edge) AS n_edges
