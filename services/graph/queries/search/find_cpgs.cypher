// CpGs whose id begins with this text.
// $text: lower-case; $limit.
MATCH (cpg:CpG)
WHERE cpg.cpg_id STARTS WITH $text
RETURN cpg.cpg_id AS id, cpg.chromosome AS chromosome, cpg.position_bp AS position_bp
ORDER BY id
LIMIT $limit
