// Sets what GWAS edges have from other loads than their own (cis or trans, aligned effect, superseded or not) anew.
// $rows: lists of edge_key, is_superseded, aligned_effect_size, aligned_z_score, flags (a null removes the property).
UNWIND $rows AS row
MATCH ()-[edge:ASSOCIATED_WITH {edge_key: row[0]}]->()
SET edge += {is_superseded: row[1], aligned_effect_size: row[2], aligned_z_score: row[3], flags: row[4]}
