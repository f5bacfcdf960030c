// How many there are of the eQTM of each of several genes, by study, cis or trans, chromosome and biotype.
// Parameters: keys, load_ids (current release), study_ids or null, min_neg_log10_p, chromosome or null, start_bp, end_bp and region_build of the CpG.
UNWIND $keys AS key
MATCH (cpg:CpG)-[edge:EQTM]->(gene:Gene {gene_id: key})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
  AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
  AND ($chromosome IS NULL OR (cpg.build = $region_build AND cpg.chromosome = $chromosome
         AND cpg.position_bp <= $end_bp AND cpg.position_bp >= $start_bp))
RETURN key, edge.study_id AS study_id, null AS cis_trans, cpg.chromosome AS chromosome,
       null AS biotype, count(*) AS n
