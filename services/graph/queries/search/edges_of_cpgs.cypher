// Which SNPs are associated with methylation at these CpGs, how strongly?
// $molecules: CpG ids; $load_ids: loads of the release.
UNWIND $molecules AS wanted
MATCH (snp:SNP)-[edge:MQTL]->(:CpG {cpg_id: wanted})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN wanted AS molecule, snp.key AS key, edge.z_score AS z_score, edge.neg_log10_p AS neg_log10_p
