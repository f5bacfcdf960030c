// Functional categories by id or name, for many texts at once.
// Parameters: rows (each with key, the text; forms; lower, the text in small letters; phrase or null, a quoted Lucene phrase), load_ids (current release).
UNWIND $rows AS row
CALL (row) {
  UNWIND row.forms AS form
  MATCH (node:Annotation {annotation_id: form})
  RETURN node, 'id' AS matched
  UNION
  UNWIND CASE WHEN row.phrase IS NULL THEN [] ELSE [row.phrase] END AS terms
  CALL db.index.fulltext.queryNodes('annotation_text', terms, {limit: 200}) YIELD node
  WHERE toLower(node.name) = row.lower
  RETURN node, 'name' AS matched
}
WITH row, node, min(matched) AS matched
WHERE node.load_id IN $load_ids
RETURN row.key AS key, node.annotation_id AS id, matched
ORDER BY key, id
