// SNPs in a functional category that are associated with anything, strongest first.
// @param category: Annotation, as study/name.
// @param limit = 25: Rows at most.
// @example category=states/Enh
MATCH (category:Annotation {annotation_id: $category})<-[place:IN_ANNOTATION]-(snp:SNP)
WHERE place.load_id IN $load_ids
MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->(target)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN snp.key AS snp, count(DISTINCT target) AS n_targets, max(edge.neg_log10_p) AS strongest
ORDER BY strongest DESC, snp
LIMIT $limit
