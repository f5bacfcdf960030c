// One page of all SNPs with evidence by id: the order of the unique index, so that only a page is read.
// Parameters: keys (one word), load_ids (current release), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (snp:SNP)
  WHERE snp.key > coalesce($after_key, '')
    AND EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
  RETURN snp
  ORDER BY snp.key
  LIMIT $limit
}
RETURN key, snp {.*} AS node, 0.0 AS value
