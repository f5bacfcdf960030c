// SNPs whose rsid looks like this text, by the full-text index.
// $terms: Lucene query made of letters, digits and operators of our own; $limit.
CALL db.index.fulltext.queryNodes('snp_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.key AS id, coalesce(node.rsids, []) AS rsids, node.chromosome AS chromosome,
       node.position_bp AS position_bp, coalesce(node.rsids, []) AS texts, score
ORDER BY score DESC, id
