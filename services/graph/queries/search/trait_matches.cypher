// Which traits have this id, name, reported name or synonym, upper and lower case alike?
// $text: lower-case text; $load_ids: loads of the release.
MATCH (trait:Trait)
WITH trait, CASE
  WHEN toLower(trait.trait_id) = $text THEN 'id'
  WHEN toLower(trait.name) = $text OR any(name IN trait.names WHERE toLower(name) = $text) THEN 'name'
  WHEN any(synonym IN trait.synonyms WHERE toLower(synonym) = $text) THEN 'synonym'
END AS matched
WHERE matched IS NOT NULL
RETURN trait.trait_id AS trait_id, trait.name AS name, trait.study_id AS study_id, matched,
       COUNT { (:SNP)-[edge:ASSOCIATED_WITH]->(trait) WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded }
         AS n_associations
ORDER BY trait_id
