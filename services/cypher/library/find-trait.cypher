// Traits by words in their names and synonyms, best match first.
// @param text: Words; fuzzy with ~, beginnings with *.
// @param limit = 25: Rows at most.
// @example text=arthritis
CALL db.index.fulltext.queryNodes('trait_text', $text) YIELD node, score
RETURN node.trait_id AS trait, node.name AS name, score,
       COUNT { MATCH (:SNP)-[e:ASSOCIATED_WITH]->(node) WHERE e.load_id IN $load_ids AND NOT e.is_superseded } AS n_hits
ORDER BY score DESC, trait
LIMIT $limit
