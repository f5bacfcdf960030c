// Every IN_LD_WITH edge of the runs that the release names: its ends' kinds and keys, and all its properties. Parameters: run_ids.
MATCH (source:SNP)-[edge:IN_LD_WITH]->(target:SNP)
WHERE edge.run_id IN $run_ids
RETURN labels(source)[0] AS source_kind, source.key AS source,
       labels(target)[0] AS target_kind, target.key AS target, properties(edge) AS properties
