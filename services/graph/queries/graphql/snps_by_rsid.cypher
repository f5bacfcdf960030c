// SNPs that carry one of the rsids and have evidence in the current release; an rsid may have several variants.
// Parameters: keys (rsids such as rs123, checked by the caller), load_ids.
UNWIND $keys AS key
CALL db.index.fulltext.queryNodes('snp_text', key) YIELD node AS snp
WHERE key IN snp.rsids
  AND EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN key, snp {.*} AS node
ORDER BY key, snp.key
