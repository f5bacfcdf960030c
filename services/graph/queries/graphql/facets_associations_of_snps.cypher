// How many there are of the trait associations of each of several SNPs, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p.
UNWIND $keys AS key
MATCH (snp:SNP {key: key})-[edge:ASSOCIATED_WITH]->(trait:Trait)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
RETURN key, edge.study_id AS study_id, null AS cis_trans, null AS chromosome,
       null AS biotype, count(*) AS n
