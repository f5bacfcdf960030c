// Writes a genetic correlation under a run; writing again changes nothing.
// $first: the lower trait id; $second: the higher; $edge_key, $run_id; $properties.
MATCH (first:Trait {trait_id: $first})
MATCH (second:Trait {trait_id: $second})
MERGE (first)-[edge:GENETIC_CORRELATION {edge_key: $edge_key}]->(second)
SET edge = $properties, edge.edge_key = $edge_key, edge.run_id = $run_id
