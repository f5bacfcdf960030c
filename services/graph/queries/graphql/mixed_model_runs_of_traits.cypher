// Scans of people and REML of each of several traits, at most one run of a model and trait in a release.
// Parameters: keys, run_ids (current release).
MATCH (node:ModelRun)
WHERE node.run_id IN $run_ids AND node.scope IN $keys
  AND node.model IN ['lmm', 'reml', 'reml-chromosomes', 'reml-annotations']
RETURN node.scope AS key, node {.*, created_at: toString(node.created_at), finished_at: toString(node.finished_at)} AS node
