// Which SNPs are significant for each trait by a publication with a date, and in which LD block do they lie?
// $load_ids: loads of the release; $neg_log10_p: -log10 of genome-wide significance, exclusive.
// One row a trait, SNP and date; a SNP that nothing places has neither block nor position.
MATCH (snp:SNP)-[edge:ASSOCIATED_WITH]->(trait:Trait)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p > $neg_log10_p
  AND edge.publication_date IS NOT NULL
WITH trait, snp, edge.publication_date AS date, max(edge.neg_log10_p) AS neg_log10_p
OPTIONAL MATCH (snp)-[inside:IN_LD_BLOCK]->(found:LDBlock)
WITH trait, snp, date, neg_log10_p,
     min(CASE WHEN found.is_pseudo OR inside.load_id IN $load_ids THEN found.block_id END) AS block
RETURN trait.trait_id AS trait, snp.key AS snp, snp.build AS build, snp.chromosome AS chromosome,
       snp.position_bp AS position_bp, block, neg_log10_p, date
