// Traits by id, name, reported names and synonyms, by the full-text index.
// $terms: Lucene query made of escaped words; $limit.
CALL db.index.fulltext.queryNodes('trait_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.trait_id AS id, node.name AS name, coalesce(node.names, []) AS names,
       [node.trait_id, node.name] + coalesce(node.names, []) + coalesce(node.synonyms, []) AS texts, score
ORDER BY score DESC, id
