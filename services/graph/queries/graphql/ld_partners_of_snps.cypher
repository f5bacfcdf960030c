// One page of the SNPs in linkage disequilibrium with each of several SNPs, largest r² first, ties by edge key.
// Parameters: keys, run_ids (current release), min_r_squared, after_value and after_key (null on the first page), limit.
// coalesce (run_id is always there) keeps the planner from looking up a whole run by its index for every key.
UNWIND $keys AS key
CALL (key) {
  MATCH (snp:SNP {key: key})-[edge:IN_LD_WITH]-(partner:SNP)
  WHERE coalesce(edge.run_id, '') IN $run_ids AND edge.r_squared >= $min_r_squared
    AND ($after_value IS NULL OR edge.r_squared < $after_value
         OR (edge.r_squared = $after_value AND edge.edge_key > $after_key))
  RETURN edge, partner.key AS target
  ORDER BY edge.r_squared DESC, edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, target
