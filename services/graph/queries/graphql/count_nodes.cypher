// How many nodes there are of each kind; SNPs with evidence in the release. Parameters: load_ids.
CALL () {
  MATCH (node:SNP)
  WHERE EXISTS { MATCH (node)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
  RETURN count(node) AS snps
}
CALL () { MATCH (node:CpG) RETURN count(node) AS cpgs }
CALL () { MATCH (node:Gene) RETURN count(node) AS genes }
CALL () { MATCH (node:Trait) RETURN count(node) AS traits }
CALL () { MATCH (node:Annotation) RETURN count(node) AS annotations }
CALL () { MATCH (node:LDBlock) RETURN count(node) AS ld_blocks }
RETURN snps, cpgs, genes, traits, annotations, ld_blocks
