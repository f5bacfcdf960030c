// Deletes edges from SNPs to their annotations that hold no more.
// $rows: key, annotation_id.
UNWIND $rows AS row
MATCH (:SNP {key: row.key})-[edge:IN_ANNOTATION]->(:Annotation {annotation_id: row.annotation_id})
DELETE edge
