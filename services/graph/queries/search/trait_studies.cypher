// Which studies associate something with the trait, how often?
// $trait_id; $load_ids: loads of the release.
MATCH (:SNP)-[edge:ASSOCIATED_WITH]->(:Trait {trait_id: $trait_id})
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded
RETURN edge.study_id AS study_id, count(edge) AS n_associations
ORDER BY study_id
