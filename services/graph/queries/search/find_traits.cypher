// Traits by id, name, reported names and synonyms: exact ones first, then by the full-text index.
// $lower: the text in small letters; $terms: Lucene query made of escaped words; $limit.
CALL db.index.fulltext.queryNodes('trait_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.trait_id AS id, node.name AS name, coalesce(node.names, []) AS names,
       (toLower(node.trait_id) = $lower OR toLower(node.name) = $lower
        OR any(name IN node.names WHERE toLower(name) = $lower)) AS is_exact, score
ORDER BY is_exact DESC, score DESC, id
