// Sets what eQTM edges have from other loads than their own (cis or trans, aligned effect, superseded or not) anew.
// $rows: lists of edge_key, is_superseded, flags (a null removes the property).
UNWIND $rows AS row
MATCH ()-[edge:EQTM {edge_key: row[0]}]->()
SET edge += {is_superseded: row[1], flags: row[2]}
