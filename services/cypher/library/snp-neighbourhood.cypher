// Everything that is measured at a SNP: methylation sites, genes and traits, strongest first.
// @param snp: SNP, by key or rsid.
// @param limit = 25: Rows at most.
// @example snp=rs1 limit=5
CALL () {
  MATCH (found:SNP {key: $snp})
  RETURN found AS snp
  UNION
  CALL db.index.fulltext.queryNodes('snp_text', '"' + $snp + '"') YIELD node
  WHERE $snp IN node.rsids
  RETURN node AS snp
}
MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->(target)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN snp.key AS snp, type(edge) AS kind, coalesce(target.cpg_id, target.symbol, target.name, target.gene_id) AS target,
       edge.study_id AS study, edge.effect_size AS effect_size, edge.neg_log10_p AS neg_log10_p
ORDER BY neg_log10_p DESC, target
LIMIT $limit
