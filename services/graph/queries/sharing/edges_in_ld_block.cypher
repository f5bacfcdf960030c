// Every IN_LD_BLOCK edge of the active loads, or of a pseudo-block: its ends' kinds and keys, and all its properties. Parameters: load_ids.
MATCH (source:SNP|CpG)-[edge:IN_LD_BLOCK]->(target:LDBlock)
WHERE edge.load_id IN $load_ids OR target.is_pseudo
RETURN labels(source)[0] AS source_kind, coalesce(source.key, source.cpg_id) AS source,
       labels(target)[0] AS target_kind, target.block_id AS target, properties(edge) AS properties
