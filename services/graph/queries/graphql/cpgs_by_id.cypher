// One page of all CpGs by id: the order of the unique index, so that only a page is read.
// Parameters: keys (one word), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (cpg:CpG)
  WHERE cpg.cpg_id > coalesce($after_key, '')
  RETURN cpg
  ORDER BY cpg.cpg_id
  LIMIT $limit
}
RETURN key, cpg {.*} AS node, 0.0 AS value
