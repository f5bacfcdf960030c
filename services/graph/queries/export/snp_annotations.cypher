// In which functional categories do the SNPs with molecular evidence lie? One row a category, its SNPs as a list.
// coalesce (load_id is always there) keeps the planner from looking up a whole load by its index for every row.
// $load_ids: loads of the release.
MATCH (annotation:Annotation)
CALL (annotation) {
  MATCH (snp:SNP)-[inside:IN_ANNOTATION]->(annotation)
  WHERE coalesce(inside.load_id, '') IN $load_ids AND EXISTS { (snp)-[:MQTL|EQTL]->() }
  RETURN collect(snp.key) AS snps
}
WITH annotation, snps
WHERE size(snps) > 0
RETURN annotation.annotation_id AS annotation, snps
