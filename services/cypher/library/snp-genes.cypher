// The nearest genes of a SNP (within 500 kb), nearest first, and whether the SNP is an eQTL of each.
// @param snp: SNP, by key or rsid.
// @example snp=rs1
CALL () {
  MATCH (found:SNP {key: $snp})
  RETURN found AS snp
  UNION
  CALL db.index.fulltext.queryNodes('snp_text', '"' + $snp + '"') YIELD node
  WHERE $snp IN node.rsids
  RETURN node AS snp
}
MATCH (snp)-[near:NEAR]->(gene:Gene)
WHERE near.load_id IN $load_ids
RETURN snp.key AS snp, gene.gene_id AS gene, gene.symbol AS symbol, near.distance_bp AS distance_bp,
       EXISTS { MATCH (snp)-[edge:EQTL]->(gene) WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded } AS is_eqtl
ORDER BY distance_bp, gene
