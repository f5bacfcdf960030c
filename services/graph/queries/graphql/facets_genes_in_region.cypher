// How many genes a region of the reference build has, by chromosome and biotype.
// Parameters: keys (one word), biotype or null, chromosome, start_bp, end_bp, region_build.
UNWIND $keys AS key
MATCH (gene:Gene)
WHERE gene.chromosome = $chromosome AND gene.start_bp <= $end_bp AND gene.end_bp >= $start_bp AND gene.build = $region_build
  AND ($biotype IS NULL OR gene.biotype = $biotype)
RETURN key, null AS study_id, null AS cis_trans, gene.chromosome AS chromosome, gene.biotype AS biotype, count(*) AS n
