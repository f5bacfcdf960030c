// Measured associations between some SNPs and some CpGs, genes or traits; each SNP's edges are read, whatever its targets.
// Parameters: load_ids (current release), keys (SNPs), targets (ids), study_id or null, limit.
UNWIND $keys AS key
MATCH (snp:SNP {key: key})-[edge:MQTL|EQTL|ASSOCIATED_WITH]->(target)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND ($study_id IS NULL OR edge.study_id = $study_id)
  AND coalesce(target.cpg_id, target.gene_id, target.trait_id) IN $targets
RETURN key AS snp, coalesce(target.cpg_id, target.gene_id, target.trait_id) AS target, type(edge) AS kind,
       edge.study_id AS study_id, edge.effect_allele AS effect_allele, edge.z_score AS z_score,
       snp.allele_1 AS aligned_allele, edge.aligned_z_score AS aligned_z_score, edge.neg_log10_p AS neg_log10_p
LIMIT $limit
