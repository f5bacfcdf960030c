// Which associations of the trait are stronger than a p-value, and where do their SNPs lie?
// $trait_id; $neg_log10_p: exclusive; $load_ids: loads of the release.
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(:Trait {trait_id: $trait_id})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p > $neg_log10_p
RETURN snp.key AS key, edge.study_id AS study_id, edge.z_score AS z_score, edge.neg_log10_p AS neg_log10_p,
       'p_lower_bound' IN coalesce(edge.flags, []) AS is_p_bound, coalesce(edge.mapped_genes, []) AS mapped_genes
ORDER BY key, neg_log10_p DESC, study_id
