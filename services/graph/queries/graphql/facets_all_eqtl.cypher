// How many there are of all eQTL of the release, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, cis_trans or null, biotype or null.
UNWIND $keys AS key
MATCH (snp:SNP)-[edge:EQTL]->(gene:Gene)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
  AND ($cis_trans IS NULL OR edge.cis_trans = $cis_trans)
  AND ($biotype IS NULL OR gene.biotype = $biotype)
RETURN key, edge.study_id AS study_id, edge.cis_trans AS cis_trans, snp.chromosome AS chromosome,
       gene.biotype AS biotype, count(*) AS n
