// Deletes trait nodes that no load needs any more, with all their edges.
// $rows: trait_id.
UNWIND $rows AS row
MATCH (node:Trait {trait_id: row.trait_id})
DETACH DELETE node
