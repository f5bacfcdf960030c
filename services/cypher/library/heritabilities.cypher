// SNP heritability of every trait that has an estimate readers see, largest first.
// @param limit = 25: Rows at most.
// @example
MATCH (trait:Trait)
WHERE trait.heritability_run_id IN $run_ids
RETURN trait.trait_id AS trait, trait.name AS name, trait.h2 AS h2, trait.h2_se AS h2_se, trait.intercept AS intercept,
       trait.lambda_gc AS lambda_gc, trait.heritability_study_id AS study, trait.heritability_flags AS flags
ORDER BY h2 DESC, trait
LIMIT $limit
