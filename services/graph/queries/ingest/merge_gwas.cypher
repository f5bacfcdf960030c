// Writes GWAS edges of a load that readers do not see yet, of which some may be there; writing again changes nothing.
// $rows: lists of edge_key, source, target, reported_variant, model, effect_allele, other_allele, effect_size,
// standard_error, z_score, neg_log10_p, n_samples, effect_allele_frequency, is_strand_ambiguous, other_models,
// reported_trait, n_cases, n_controls, unit, odds_ratio, pubmed_id, publication_date, mapped_genes, is_superseded,
// aligned_effect_size, aligned_z_score, flags; $load_id, $study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row[1]})
MATCH (target:Trait {trait_id: row[2]})
MERGE (source)-[edge:ASSOCIATED_WITH {edge_key: row[0]}]->(target)
SET edge += {
  load_id: $load_id, study_id: $study_id, knowledge_level: 'statistical_association', reported_variant: row[3],
  model: row[4], effect_allele: row[5], other_allele: row[6], effect_size: row[7], standard_error: row[8],
  z_score: row[9], neg_log10_p: row[10], n_samples: row[11], effect_allele_frequency: row[12],
  is_strand_ambiguous: row[13], other_models: row[14], reported_trait: row[15], n_cases: row[16],
  n_controls: row[17], unit: row[18], odds_ratio: row[19], pubmed_id: row[20], publication_date: row[21],
  mapped_genes: row[22], is_superseded: row[23], aligned_effect_size: row[24], aligned_z_score: row[25],
  flags: row[26]
}
