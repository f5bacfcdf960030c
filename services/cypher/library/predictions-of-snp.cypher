// What the champion predicts for a SNP: traits, methylation sites and genes, best ranks first.
// @param snp: SNP, by key or rsid.
// @param limit = 25: Rows at most.
// @example snp=rs2
CALL () {
  MATCH (found:SNP {key: $snp})
  RETURN found AS snp
  UNION
  CALL db.index.fulltext.queryNodes('snp_text', '"' + $snp + '"') YIELD node
  WHERE $snp IN node.rsids
  RETURN node AS snp
}
MATCH (snp)-[edge:PREDICTED_ASSOCIATION]->(target)
WHERE edge.run_id = $champion_run_id AND edge.run_id IN $run_ids
RETURN snp.key AS snp, labels(target)[0] AS kind, coalesce(target.trait_id, target.cpg_id, target.gene_id) AS target,
       coalesce(target.name, target.symbol) AS name, edge.rank AS predicted_rank, edge.probability AS probability
ORDER BY predicted_rank, target
LIMIT $limit
