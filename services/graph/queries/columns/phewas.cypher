// Every trait that a SNP is associated with.
// Parameters: load_ids (current release), key, study_id or null, min_neg_log10_p, limit.
MATCH (snp:SNP {key: $key})-[edge:ASSOCIATED_WITH]->(trait:Trait)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
  AND ($study_id IS NULL OR edge.study_id = $study_id) AND edge.neg_log10_p >= $min_neg_log10_p
RETURN trait.trait_id AS trait, trait.name AS trait_name, edge.study_id AS study_id,
       edge.effect_allele AS effect_allele, edge.other_allele AS other_allele, edge.effect_size AS effect_size,
       edge.standard_error AS standard_error, edge.z_score AS z_score, edge.neg_log10_p AS neg_log10_p,
       edge.n_samples AS n_samples, edge.effect_allele_frequency AS effect_allele_frequency
LIMIT $limit
