// Every EQTM edge measured or derived from the active loads: its ends' kinds and keys, and all its properties. Parameters: load_ids.
MATCH (source:CpG)-[edge:EQTM]->(target:Gene)
WHERE edge.load_id IN $load_ids
RETURN labels(source)[0] AS source_kind, source.cpg_id AS source,
       labels(target)[0] AS target_kind, target.gene_id AS target, properties(edge) AS properties
