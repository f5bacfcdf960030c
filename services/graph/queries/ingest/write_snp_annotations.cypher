// Writes edges from SNPs to their annotations; writing again changes nothing.
// $rows: key, annotation_id, load_id, study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row.key})
MATCH (target:Annotation {annotation_id: row.annotation_id})
MERGE (source)-[edge:IN_ANNOTATION]->(target)
SET edge.load_id = row.load_id, edge.study_id = row.study_id
