// SNPs with evidence by key or rsid, for many texts at once; an rsid may have several variants.
// Parameters: rows (each with key, the text; forms, the keys it may mean; rsid or null, letters and digits only), load_ids (current release).
UNWIND $rows AS row
CALL (row) {
  UNWIND row.forms AS form
  MATCH (node:SNP {key: form})
  RETURN node, 'id' AS matched
  UNION
  UNWIND CASE WHEN row.rsid IS NULL THEN [] ELSE [row.rsid] END AS rsid
  CALL db.index.fulltext.queryNodes('snp_text', rsid) YIELD node
  WHERE rsid IN node.rsids
  RETURN node, 'rsid' AS matched
}
WITH row, node, min(matched) AS matched
WHERE EXISTS { MATCH (node)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN row.key AS key, node.key AS id, matched
ORDER BY key, id
