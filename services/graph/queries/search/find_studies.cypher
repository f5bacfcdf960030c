// Studies by words of their id and citation.
// $terms: Lucene query made of escaped words; $load_ids: loads of the release; $limit.
CALL db.index.fulltext.queryNodes('study_text', $terms, {limit: $limit}) YIELD node, score
WHERE node.active_load_id IN $load_ids
  OR EXISTS { MATCH (load:Load {study_id: node.study_id}) WHERE load.load_id IN $load_ids }
RETURN node.study_id AS id, node.kind AS kind, node.citation AS citation, [node.study_id, node.citation] AS texts, score
ORDER BY score DESC, id
