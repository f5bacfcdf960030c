// Genes by id, symbol or words of their description, by the full-text index.
// $terms: Lucene query made of escaped words; $limit.
CALL db.index.fulltext.queryNodes('gene_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.gene_id AS id, node.symbol AS symbol, node.description AS description,
       [node.symbol, node.gene_id, node.description] AS texts, score
ORDER BY score DESC, id
