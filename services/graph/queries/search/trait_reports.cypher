// In which studies is one of these traits reported by exactly this name?
// $trait_ids; $text: the name as written; $load_ids: loads of the release.
MATCH (trait:Trait)<-[edge:ASSOCIATED_WITH]-(:SNP)
WHERE trait.trait_id IN $trait_ids AND edge.load_id IN $load_ids AND NOT edge.is_superseded
  AND edge.reported_trait = $text
RETURN DISTINCT trait.trait_id AS trait_id, edge.study_id AS study_id
ORDER BY trait_id, study_id
