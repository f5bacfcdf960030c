// An older release as it is read: its own loads of evidence, and of everything else (genes, CpGs, traits, LD blocks,
// categories, panels, positions) the loads of now, for only those are in the graph. Parameters: number.
MATCH (current:Release)
WITH current ORDER BY current.number DESC LIMIT 1
MATCH (release:Release {number: $number})
CALL (release) {
  UNWIND release.load_ids AS load_id
  MATCH (load:Load {load_id: load_id})
  MATCH (study:Study {study_id: load.study_id})
  WHERE study.kind IN ['mqtl', 'eqtl', 'gwas', 'eqtm']
  RETURN collect(load_id) AS evidence
}
CALL (current) {
  UNWIND current.load_ids AS load_id
  OPTIONAL MATCH (load:Load {load_id: load_id})
  OPTIONAL MATCH (study:Study {study_id: load.study_id})
  WITH load_id, study
  WHERE study IS NULL OR NOT study.kind IN ['mqtl', 'eqtl', 'gwas', 'eqtm']
  RETURN collect(load_id) AS reference
}
RETURN evidence + reference AS load_ids, release.run_ids AS run_ids, release.champion_run_id AS champion_run_id,
       toString(release.created_at) AS created_at
