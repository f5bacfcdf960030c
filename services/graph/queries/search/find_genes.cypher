// Genes by id, symbol or words of their description: exact ones first, then by the full-text index.
// $upper: the text in capitals; $terms: Lucene query made of escaped words; $limit.
CALL db.index.fulltext.queryNodes('gene_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.gene_id AS id, node.symbol AS symbol, node.description AS description,
       (toUpper(node.gene_id) = $upper OR toUpper(node.symbol) = $upper) AS is_exact, score
ORDER BY is_exact DESC, score DESC, id
