// Functional categories by words of their name.
// $terms: Lucene query made of escaped words; $load_ids: loads of the release; $limit.
CALL db.index.fulltext.queryNodes('annotation_text', $terms, {limit: $limit}) YIELD node, score
WHERE node.load_id IN $load_ids
RETURN node.annotation_id AS id, node.name AS name, node.tissue AS tissue, [node.annotation_id, node.name] AS texts, score
ORDER BY score DESC, id
