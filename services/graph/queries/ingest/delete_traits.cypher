// Deletes trait nodes that no load needs any more, with all their edges.
// $rows: lists of trait_id.
UNWIND $rows AS row
MATCH (node:Trait {trait_id: row[0]})
DETACH DELETE node
