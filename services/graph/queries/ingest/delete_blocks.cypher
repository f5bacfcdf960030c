// Deletes LD-block nodes that no load needs any more, with all their edges.
// $rows: lists of block_id.
UNWIND $rows AS row
MATCH (node:LDBlock {block_id: row[0]})
DETACH DELETE node
