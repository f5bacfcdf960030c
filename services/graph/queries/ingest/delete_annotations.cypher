// Deletes annotation nodes that no load needs any more, with all their edges.
// $rows: annotation_id.
UNWIND $rows AS row
MATCH (node:Annotation {annotation_id: row.annotation_id})
DETACH DELETE node
