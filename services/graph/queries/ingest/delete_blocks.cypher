// Deletes LD-block nodes that no load needs any more, with all their edges.
// $rows: block_id.
UNWIND $rows AS row
MATCH (node:LDBlock {block_id: row.block_id})
DETACH DELETE node
