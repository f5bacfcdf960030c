// Deletes CpG nodes that no load needs any more, with all their edges.
// $rows: cpg_id.
UNWIND $rows AS row
MATCH (node:CpG {cpg_id: row.cpg_id})
DETACH DELETE node
