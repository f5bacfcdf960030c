// SNPs in linkage disequilibrium with a SNP in a loaded LD panel, most correlated first.
// @param snp: SNP, by key or rsid.
// @param r_squared = 0.2: Least squared correlation.
// @param limit = 25: Rows at most.
// @example snp=rs1
CALL () {
  MATCH (found:SNP {key: $snp})
  RETURN found AS snp
  UNION
  CALL db.index.fulltext.queryNodes('snp_text', '"' + $snp + '"') YIELD node
  WHERE $snp IN node.rsids
  RETURN node AS snp
}
MATCH (snp)-[pair:IN_LD_WITH]-(other:SNP)
WHERE coalesce(pair.run_id, '') IN $run_ids AND pair.r_squared >= $r_squared
RETURN snp.key AS snp, other.key AS partner, other.rsids AS rsids, pair.r_squared AS r_squared
ORDER BY r_squared DESC, partner
LIMIT $limit
