// Which SNP–Gene edges enter the model's snapshot? One row a Gene, its edges as lists, so that few rows are sent.
// $load_ids: loads of the release; $neg_log10_p: -log10 of the training threshold, exclusive.
// A strength is |z|, or where the study gives no z the negative of -log10 p.
// coalesce (load_id is always there) keeps the planner from looking up a whole load by its index for every row.
MATCH (molecule:Gene)
WHERE EXISTS { (:SNP)-[:EQTL]->(molecule) }
CALL (molecule) {
  MATCH (snp:SNP)-[edge:EQTL]->(molecule)
  WHERE coalesce(edge.load_id, '') IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p > $neg_log10_p
  RETURN collect(snp.key) AS snps, collect(coalesce(abs(edge.z_score), -edge.neg_log10_p)) AS strengths
}
WITH molecule, snps, strengths
WHERE size(snps) > 0
RETURN molecule.gene_id AS molecule, snps, strengths
