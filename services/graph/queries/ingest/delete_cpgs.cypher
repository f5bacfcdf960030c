// Deletes CpG nodes that no load needs any more, with all their edges.
// $rows: lists of cpg_id.
UNWIND $rows AS row
MATCH (node:CpG {cpg_id: row[0]})
DETACH DELETE node
