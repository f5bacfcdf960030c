// How many CpGs there are, by chromosome and biotype.
// Parameters: keys (one word).
UNWIND $keys AS key
MATCH (cpg:CpG)
RETURN key, null AS study_id, null AS cis_trans, cpg.chromosome AS chromosome, null AS biotype, count(*) AS n
