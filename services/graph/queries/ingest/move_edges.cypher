// Moves the edges of some reported variants from one SNP node to another: whole pairs of nodes, never half of one.
// A predicted edge goes along when its node is given up, unless the other node has one of the same run and target.
// $rows: source, target, variants, is_source_gone.
UNWIND $rows AS row
MATCH (source:SNP {key: row.source})
MATCH (target:SNP {key: row.target})
CALL (row, source, target) {
  MATCH (source)-[old:MQTL]->(end:CpG)
  WHERE old.reported_variant IN row.variants
  WITH target, end, old, properties(old) AS kept
  DELETE old
  CREATE (target)-[moved:MQTL]->(end)
  SET moved = kept
  RETURN count(moved) AS n_mqtl
}
CALL (row, source, target) {
  MATCH (source)-[old:EQTL]->(end:Gene)
  WHERE old.reported_variant IN row.variants
  WITH target, end, old, properties(old) AS kept
  DELETE old
  CREATE (target)-[moved:EQTL]->(end)
  SET moved = kept
  RETURN count(moved) AS n_eqtl
}
CALL (row, source, target) {
  MATCH (source)-[old:ASSOCIATED_WITH]->(end:Trait)
  WHERE old.reported_variant IN row.variants
  WITH target, end, old, properties(old) AS kept
  DELETE old
  CREATE (target)-[moved:ASSOCIATED_WITH]->(end)
  SET moved = kept
  RETURN count(moved) AS n_associations
}
CALL (row, source, target) {
  MATCH (source)-[old:PREDICTED_ASSOCIATION]->(end)
  WHERE row.is_source_gone
    AND NOT EXISTS { MATCH (target)-[other:PREDICTED_ASSOCIATION]->(end) WHERE other.run_id = old.run_id }
  WITH target, end, old, properties(old) AS kept
  DELETE old
  CREATE (target)-[moved:PREDICTED_ASSOCIATION]->(end)
  SET moved = kept
  RETURN count(moved) AS n_predicted
}
RETURN sum(n_mqtl + n_eqtl + n_associations + n_predicted) AS n_moved
