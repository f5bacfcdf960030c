// SNPs of a region of the reference build, by position.
// $chromosome, $start_bp, $end_bp: 1-based, both ends included; $build; $limit.
MATCH (snp:SNP)
WHERE snp.chromosome = $chromosome AND snp.position_bp >= $start_bp AND snp.position_bp <= $end_bp
  AND snp.build = $build
RETURN snp.key AS id, coalesce(snp.rsids, []) AS rsids, snp.chromosome AS chromosome, snp.position_bp AS position_bp
ORDER BY position_bp, id
LIMIT $limit
