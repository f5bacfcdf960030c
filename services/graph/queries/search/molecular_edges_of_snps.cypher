// With which molecules are these SNPs associated, by which evidence?
// $keys; $load_ids: loads of the release.
UNWIND $keys AS wanted
MATCH (snp:SNP {key: wanted})-[edge:MQTL|EQTL]->(molecule:CpG|Gene)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN snp.key AS key, type(edge) AS type, coalesce(molecule.cpg_id, molecule.gene_id) AS molecule,
       molecule.symbol AS symbol, edge.study_id AS study_id, edge.z_score AS z_score,
       edge.neg_log10_p AS neg_log10_p, edge.cis_trans AS cis_trans,
       edge.effect_allele AS effect_allele, edge.other_allele AS other_allele,
       'p_lower_bound' IN coalesce(edge.flags, []) AS is_p_bound
