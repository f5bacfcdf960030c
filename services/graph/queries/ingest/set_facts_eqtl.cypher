// Sets what eQTL edges have from other loads than their own (cis or trans, aligned effect, superseded or not) anew.
// $rows: lists of edge_key, is_superseded, cis_trans, cis_trans_source, aligned_effect_size, aligned_z_score, flags (a
// null removes the property).
UNWIND $rows AS row
MATCH ()-[edge:EQTL {edge_key: row[0]}]->()
SET edge += {is_superseded: row[1], cis_trans: row[2], cis_trans_source: row[3], aligned_effect_size: row[4], aligned_z_score: row[5], flags: row[6]}
