// CpGs whose id looks like this text, by the full-text index.
// $terms: Lucene query made of letters, digits and operators of our own; $limit.
CALL db.index.fulltext.queryNodes('cpg_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.cpg_id AS id, node.chromosome AS chromosome, node.position_bp AS position_bp, [node.cpg_id] AS texts, score
ORDER BY score DESC, id
