// Which SNPs are in LD with some SNPs by a run, and how much? Pairs are read without direction.
// $keys: the SNPs; $run_id: the run; $r_squared: the least r².
UNWIND $keys AS key
MATCH (snp:SNP {key: key})
CALL (snp) {
  MATCH (snp)-[edge:IN_LD_WITH]-(other:SNP)
  WHERE coalesce(edge.run_id, '') = $run_id AND edge.r_squared >= $r_squared
  RETURN other.key AS other, edge.r_squared AS r_squared
}
RETURN key, other, r_squared
