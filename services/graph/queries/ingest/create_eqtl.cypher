// Writes eQTL edges of a load that readers do not see yet and that has none so far; an edge that is there is refused.
// $rows: lists of edge_key, source, target, reported_variant, model, effect_allele, other_allele, effect_size,
// standard_error, z_score, neg_log10_p, n_samples, effect_allele_frequency, is_strand_ambiguous, other_models,
// is_superseded, cis_trans, cis_trans_source, aligned_effect_size, aligned_z_score, flags; $load_id, $study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row[1]})
MATCH (target:Gene {gene_id: row[2]})
CREATE (source)-[:EQTL {
  edge_key: row[0], load_id: $load_id, study_id: $study_id, knowledge_level: 'statistical_association',
  reported_variant: row[3], model: row[4], effect_allele: row[5], other_allele: row[6], effect_size: row[7],
  standard_error: row[8], z_score: row[9], neg_log10_p: row[10], n_samples: row[11],
  effect_allele_frequency: row[12], is_strand_ambiguous: row[13], other_models: row[14], is_superseded: row[15],
  cis_trans: row[16], cis_trans_source: row[17], aligned_effect_size: row[18], aligned_z_score: row[19],
  flags: row[20]
}]->(target)
