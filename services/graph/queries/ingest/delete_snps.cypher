// Deletes SNP nodes that no load needs any more, with all their edges.
// $rows: key.
UNWIND $rows AS row
MATCH (node:SNP {key: row.key})
DETACH DELETE node
