// Every PREDICTED_ASSOCIATION edge that the champion predicted: its ends' kinds and keys, and all its properties. Parameters: champion_run_id.
MATCH (source:SNP)-[edge:PREDICTED_ASSOCIATION]->(target:Trait|CpG|Gene)
WHERE edge.run_id = $champion_run_id
RETURN labels(source)[0] AS source_kind, source.key AS source,
       labels(target)[0] AS target_kind, coalesce(target.trait_id, target.cpg_id, target.gene_id) AS target, properties(edge) AS properties
