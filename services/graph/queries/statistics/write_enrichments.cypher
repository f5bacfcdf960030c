// Writes a trait's enrichments under a run; writing again changes nothing.
// $trait_id, $run_id; $rows: maps of edge_key, annotation_id and properties.
MATCH (trait:Trait {trait_id: $trait_id})
UNWIND $rows AS row
MATCH (annotation:Annotation {annotation_id: row.annotation_id})
MERGE (trait)-[edge:ENRICHED_IN {edge_key: row.edge_key}]->(annotation)
SET edge = row.properties, edge.edge_key = row.edge_key, edge.run_id = $run_id
