// Deletes annotation nodes that no load needs any more, with all their edges.
// $rows: lists of annotation_id.
UNWIND $rows AS row
MATCH (node:Annotation {annotation_id: row[0]})
DETACH DELETE node
