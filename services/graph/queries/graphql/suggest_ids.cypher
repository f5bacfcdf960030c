// What sounds like each of several texts, in one full-text index.
// Parameters: index (its name), rows (each with key, the text; terms, a Lucene query made of escaped words), limit, load_ids (current release).
UNWIND $rows AS row
CALL (row) {
  CALL db.index.fulltext.queryNodes($index, row.terms, {limit: $limit}) YIELD node, score
  RETURN node, score
}
WITH row, node, score
WHERE NOT node:SNP OR EXISTS { MATCH (node)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN row.key AS key, coalesce(node.key, node.cpg_id, node.gene_id, node.trait_id, node.annotation_id, node.study_id) AS id,
       coalesce(node.rsids, [coalesce(node.symbol, node.name)]) + coalesce(node.names, []) + coalesce(node.synonyms, []) AS names, score
ORDER BY key, score DESC, id
