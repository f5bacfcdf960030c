// Traits by id, name, reported name or synonym, for many texts at once; several traits may share a name.
// Parameters: rows (each with key, the text; forms, the ids it may mean; lower, the text in small letters; phrase or null, a quoted Lucene phrase).
UNWIND $rows AS row
CALL (row) {
  UNWIND row.forms AS form
  MATCH (node:Trait {trait_id: form})
  RETURN node, 'id' AS matched
  UNION
  UNWIND CASE WHEN row.phrase IS NULL THEN [] ELSE [row.phrase] END AS terms
  CALL db.index.fulltext.queryNodes('trait_text', terms, {limit: 200}) YIELD node
  WITH row, node, CASE
    WHEN toLower(node.trait_id) = row.lower THEN 'id'
    WHEN toLower(node.name) = row.lower OR any(name IN node.names WHERE toLower(name) = row.lower) THEN 'name'
    WHEN any(synonym IN node.synonyms WHERE toLower(synonym) = row.lower) THEN 'synonym'
  END AS matched
  WHERE matched IS NOT NULL
  RETURN node, matched
}
RETURN row.key AS key, node.trait_id AS id, min(matched) AS matched
ORDER BY key, id
