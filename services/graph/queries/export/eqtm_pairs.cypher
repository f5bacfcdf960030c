// Which CpGs go with the expression of which genes?
// $load_ids: loads of the release.
MATCH (cpg:CpG)-[edge:EQTM]->(gene:Gene)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN cpg.cpg_id AS cpg, gene.gene_id AS gene
