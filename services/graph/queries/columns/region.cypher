// Measured associations of the SNPs of a region of the reference build, of the kinds asked for.
// Parameters: load_ids (current release), build, chromosome, start_bp and end_bp (1-based, both ends included), kinds (edge types), study_id or null, min_neg_log10_p, limit.
MATCH (snp:SNP)
WHERE snp.chromosome = $chromosome AND snp.position_bp >= $start_bp AND snp.position_bp <= $end_bp AND snp.build = $build
MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->(target)
WHERE type(edge) IN $kinds AND edge.load_id IN $load_ids AND NOT edge.is_superseded
  AND ($study_id IS NULL OR edge.study_id = $study_id) AND edge.neg_log10_p >= $min_neg_log10_p
RETURN snp.key AS snp, head(snp.rsids) AS rsid, snp.chromosome AS chromosome, snp.position_bp AS position_bp,
       type(edge) AS kind, coalesce(target.cpg_id, target.gene_id, target.trait_id) AS target,
       coalesce(target.symbol, target.name) AS target_name, edge.study_id AS study_id, edge.cis_trans AS cis_trans,
       edge.effect_allele AS effect_allele, edge.other_allele AS other_allele, edge.effect_size AS effect_size,
       edge.standard_error AS standard_error, edge.z_score AS z_score, edge.neg_log10_p AS neg_log10_p,
       edge.n_samples AS n_samples, edge.effect_allele_frequency AS effect_allele_frequency
LIMIT $limit
