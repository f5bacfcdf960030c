// Deletes edges from SNPs to their annotations that hold no more.
// $rows: lists of key, annotation_id.
UNWIND $rows AS row
MATCH (:SNP {key: row[0]})-[edge:IN_ANNOTATION]->(:Annotation {annotation_id: row[1]})
DELETE edge
