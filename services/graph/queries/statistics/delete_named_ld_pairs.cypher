// Deletes pairs by their keys.
// $rows: lists of edge_key.
UNWIND $rows AS row
MATCH ()-[edge:IN_LD_WITH {edge_key: row[0]}]->()
DELETE edge
