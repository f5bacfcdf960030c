// Deletes SNP nodes that no load needs any more, with all their edges.
// $rows: lists of key.
UNWIND $rows AS row
MATCH (node:SNP {key: row[0]})
DETACH DELETE node
