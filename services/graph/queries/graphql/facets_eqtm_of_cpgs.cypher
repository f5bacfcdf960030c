// How many there are of the eQTM of each of several CpGs, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, biotype or null, chromosome or null, start_bp, end_bp and region_build of the gene.
UNWIND $keys AS key
MATCH (cpg:CpG {cpg_id: key})-[edge:EQTM]->(gene:Gene)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
  AND ($biotype IS NULL OR gene.biotype = $biotype)
  AND ($chromosome IS NULL OR (gene.build = $region_build AND gene.chromosome = $chromosome
         AND gene.start_bp <= $end_bp AND gene.end_bp >= $start_bp))
RETURN key, edge.study_id AS study_id, null AS cis_trans, gene.chromosome AS chromosome,
       gene.biotype AS biotype, count(*) AS n
