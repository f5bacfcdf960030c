// Writes edges from SNPs to their annotations; writing again changes nothing.
// $rows: lists of key, annotation_id, load_id, study_id, value (null for membership).
UNWIND $rows AS row
MATCH (source:SNP {key: row[0]})
MATCH (target:Annotation {annotation_id: row[1]})
MERGE (source)-[edge:IN_ANNOTATION]->(target)
SET edge += {load_id: row[2], study_id: row[3], value: row[4]}
