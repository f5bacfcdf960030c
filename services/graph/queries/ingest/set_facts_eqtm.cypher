// Sets what eQTM edges have from other loads than their own (cis or trans, aligned effect, superseded or not) anew.
// $rows: edge_key, properties (a null removes the property).
UNWIND $rows AS row
MATCH ()-[edge:EQTM {edge_key: row.edge_key}]->()
SET edge += row.properties
