// Which SNPs bear an rsid that looks like this one? The best of the full-text index.
// $terms: Lucene query made of letters, digits and operators of our own; $limit.
CALL db.index.fulltext.queryNodes('snp_text', $terms, {limit: $limit}) YIELD node, score
RETURN node.key AS key, coalesce(node.rsids, []) AS rsids, score
ORDER BY score DESC, key
