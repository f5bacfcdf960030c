// Which pairs of SNPs are in LD by a run?
// $run_id: the run.
MATCH (first:SNP)-[edge:IN_LD_WITH]->(second:SNP)
WHERE edge.run_id = $run_id
RETURN edge.edge_key AS edge_key, first.key AS first, second.key AS second, edge.r_squared AS r_squared
