// How many genes there are, by chromosome and biotype.
// Parameters: keys (one word), biotype or null.
UNWIND $keys AS key
MATCH (gene:Gene)
WHERE ($biotype IS NULL OR gene.biotype = $biotype)
RETURN key, null AS study_id, null AS cis_trans, gene.chromosome AS chromosome, gene.biotype AS biotype, count(*) AS n
