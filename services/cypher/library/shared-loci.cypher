// SNPs associated with two traits at once, and whether their effects point the same way.
// @param first: Trait, by id.
// @param second: Trait, by id.
// @param limit = 25: Rows at most.
// @example first=EFO:0000685 second=a/depression
MATCH (one:Trait {trait_id: $first})<-[a:ASSOCIATED_WITH]-(snp:SNP)-[b:ASSOCIATED_WITH]->(other:Trait {trait_id: $second})
WHERE a.load_id IN $load_ids AND b.load_id IN $load_ids AND NOT a.is_superseded AND NOT b.is_superseded
RETURN snp.key AS snp, a.neg_log10_p AS first_neg_log10_p, b.neg_log10_p AS second_neg_log10_p,
       sign(a.aligned_effect_size) = sign(b.aligned_effect_size) AS is_same_direction
ORDER BY first_neg_log10_p + second_neg_log10_p DESC, snp
LIMIT $limit
