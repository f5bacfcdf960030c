// How many there are of the SNPs in each of several functional categories, by chromosome.
// Parameters: keys, load_ids (current release).
UNWIND $keys AS key
MATCH (snp:SNP)-[inside:IN_ANNOTATION]->(annotation:Annotation {annotation_id: key})
WHERE inside.load_id IN $load_ids
RETURN key, null AS study_id, null AS cis_trans, snp.chromosome AS chromosome, null AS biotype, count(DISTINCT snp) AS n
