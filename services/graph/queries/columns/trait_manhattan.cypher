// Points of a Manhattan plot: the associations of one trait.
// Parameters: load_ids (current release), trait_id, study_id or null, min_neg_log10_p, thin_below (-log10 p; 0 thins nothing) and
// one_in: weaker points are kept where a multiplicative hash of the position falls on 0, one in so many; limit.
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait {trait_id: $trait_id})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
  AND ($study_id IS NULL OR edge.study_id = $study_id) AND edge.neg_log10_p >= $min_neg_log10_p
  AND (edge.neg_log10_p >= $thin_below OR (coalesce(snp.position_bp, 0) * 2654435761) % 1000003 % $one_in = 0)
RETURN snp.key AS snp, head(snp.rsids) AS rsid, snp.chromosome AS chromosome, snp.position_bp AS position_bp,
       trait.trait_id AS trait, edge.study_id AS study_id,
       edge.effect_allele AS effect_allele, edge.other_allele AS other_allele, edge.effect_size AS effect_size,
       edge.standard_error AS standard_error, edge.z_score AS z_score, edge.neg_log10_p AS neg_log10_p,
       edge.n_samples AS n_samples, edge.effect_allele_frequency AS effect_allele_frequency
LIMIT $limit
