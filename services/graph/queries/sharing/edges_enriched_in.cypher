// Every ENRICHED_IN edge of the runs that the release names: its ends' kinds and keys, and all its properties. Parameters: run_ids.
MATCH (source:Trait)-[edge:ENRICHED_IN]->(target:Annotation)
WHERE edge.run_id IN $run_ids
RETURN labels(source)[0] AS source_kind, source.trait_id AS source,
       labels(target)[0] AS target_kind, target.annotation_id AS target, properties(edge) AS properties
