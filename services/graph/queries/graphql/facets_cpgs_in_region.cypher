// How many CpGs a region of the reference build has, by chromosome and biotype.
// Parameters: keys (one word), chromosome, start_bp, end_bp, region_build.
UNWIND $keys AS key
MATCH (cpg:CpG)
WHERE cpg.chromosome = $chromosome AND cpg.position_bp <= $end_bp AND cpg.position_bp >= $start_bp AND cpg.build = $region_build
RETURN key, null AS study_id, null AS cis_trans, cpg.chromosome AS chromosome, null AS biotype, count(*) AS n
