// Which traits have names that sound like this text? The best of the full-text index.
// $terms: Lucene query made of escaped words; $limit.
CALL db.index.fulltext.queryNodes('trait_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.trait_id AS trait_id, node.name AS name, coalesce(node.names, []) AS names,
       coalesce(node.synonyms, []) AS synonyms, score
ORDER BY score DESC, trait_id
