// Writes eQTM edges of a load that readers do not see yet, of which some may be there; writing again changes nothing.
// $rows: lists of edge_key, source, target, model, z_score, abs_z_score, neg_log10_p, n_samples, is_superseded, flags;
// $load_id, $study_id.
UNWIND $rows AS row
MATCH (source:CpG {cpg_id: row[1]})
MATCH (target:Gene {gene_id: row[2]})
MERGE (source)-[edge:EQTM {edge_key: row[0]}]->(target)
SET edge += {
  load_id: $load_id, study_id: $study_id, knowledge_level: 'statistical_association', model: row[3], z_score: row[4],
  abs_z_score: row[5], neg_log10_p: row[6], n_samples: row[7], is_superseded: row[8], flags: row[9]
}
