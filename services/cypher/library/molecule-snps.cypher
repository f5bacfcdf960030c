// SNPs that act on a methylation site or gene, strongest first.
// @param molecule: CpG id or Ensembl gene id.
// @param limit = 25: Rows at most.
// @example molecule=cg00000000
MATCH (molecule:CpG|Gene)
WHERE molecule.cpg_id = $molecule OR molecule.gene_id = $molecule
MATCH (snp:SNP)-[edge:MQTL|EQTL]->(molecule)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN snp.key AS snp, snp.rsids AS rsids, edge.cis_trans AS cis_trans, edge.study_id AS study,
       edge.effect_size AS effect_size, edge.neg_log10_p AS neg_log10_p
ORDER BY neg_log10_p DESC, snp
LIMIT $limit
