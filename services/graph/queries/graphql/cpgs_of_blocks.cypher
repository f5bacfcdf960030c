// One page of the CpGs in each of several LD blocks, by id.
// Parameters: keys, load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL (key) {
  MATCH (cpg:CpG)-[inside:IN_LD_BLOCK]->(block:LDBlock {block_id: key})
  WHERE (inside.load_id IN $load_ids OR block.is_pseudo)
    AND ($after_key IS NULL OR cpg.cpg_id > $after_key)
  RETURN DISTINCT cpg
  ORDER BY cpg.cpg_id
  LIMIT $limit
}
RETURN key, cpg {.*} AS node, 0.0 AS value
