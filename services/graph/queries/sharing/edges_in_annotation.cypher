// Every IN_ANNOTATION edge measured or derived from the active loads: its ends' kinds and keys, and all its properties. Parameters: load_ids.
MATCH (source:SNP)-[edge:IN_ANNOTATION]->(target:Annotation)
WHERE edge.load_id IN $load_ids
RETURN labels(source)[0] AS source_kind, source.key AS source,
       labels(target)[0] AS target_kind, target.annotation_id AS target, properties(edge) AS properties
