// Which SNPs with molecular associations lie in these LD blocks?
// $blocks; $load_ids: loads of the release (pseudo-blocks belong to no load and always count).
UNWIND $blocks AS wanted
MATCH (snp:SNP)-[inside:IN_LD_BLOCK]->(block:LDBlock {block_id: wanted})
WHERE (block.is_pseudo OR inside.load_id IN $load_ids)
  AND EXISTS { (snp)-[edge:MQTL|EQTL]->() WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded }
RETURN DISTINCT wanted AS block, snp.key AS key
ORDER BY block, key
