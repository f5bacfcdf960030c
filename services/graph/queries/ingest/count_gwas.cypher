// How many GWAS edges of one load are there? $load_id.
MATCH ()-[edge:ASSOCIATED_WITH {load_id: $load_id}]->()
RETURN count(edge) AS n_edges
