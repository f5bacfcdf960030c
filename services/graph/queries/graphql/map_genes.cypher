// Genes by Ensembl id or symbol, for many texts at once; several genes may share a symbol.
// Parameters: rows (each with key, the text; forms, the ids it may mean; lower, the text in small letters; phrase or null, a quoted Lucene phrase).
UNWIND $rows AS row
CALL (row) {
  UNWIND row.forms AS form
  MATCH (node:Gene {gene_id: form})
  RETURN node, 'id' AS matched
  UNION
  UNWIND CASE WHEN row.phrase IS NULL THEN [] ELSE ['symbol:' + row.phrase] END AS terms
  CALL db.index.fulltext.queryNodes('gene_text', terms, {limit: 200}) YIELD node
  WHERE toLower(node.symbol) = row.lower
  RETURN node, 'symbol' AS matched
}
RETURN row.key AS key, node.gene_id AS id, min(matched) AS matched
ORDER BY key, id
