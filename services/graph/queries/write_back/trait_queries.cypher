// Which placed SNPs of which LD blocks are significant for each trait?
// $load_ids: loads of the release; $neg_log10_p: -log10 of genome-wide significance, exclusive.
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p > $neg_log10_p
WITH trait, snp, max(edge.neg_log10_p) AS neg_log10_p
OPTIONAL MATCH (snp)-[inside:IN_LD_BLOCK]->(found:LDBlock)
WITH trait, snp, neg_log10_p,
     min(CASE WHEN found.is_pseudo OR inside.load_id IN $load_ids THEN found.block_id END) AS block
RETURN trait.trait_id AS trait, snp.key AS snp, snp.build AS build, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp, block, neg_log10_p
