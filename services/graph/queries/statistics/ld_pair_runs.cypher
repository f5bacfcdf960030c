// Which runs have pairs of SNPs in LD, and how many?
// No parameters.
MATCH ()-[edge:IN_LD_WITH]->()
RETURN edge.run_id AS run_id, count(edge) AS n_edges
ORDER BY run_id
