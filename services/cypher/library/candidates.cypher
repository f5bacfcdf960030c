// A model's best predicted loci of a trait beside what is measured there: its own association, and molecules
// shared with the trait's hits. Predictions are the champion's.
// @param trait: Trait, by id.
// @param limit = 25: Rows at most.
// @example trait=EFO:0000685
MATCH (snp:SNP)-[edge:PREDICTED_ASSOCIATION]->(trait:Trait {trait_id: $trait})
WHERE edge.run_id = $champion_run_id AND edge.run_id IN $run_ids
OPTIONAL MATCH (snp)-[own:ASSOCIATED_WITH]->(trait)
WHERE own.load_id IN $load_ids AND NOT own.is_superseded
WITH snp, trait, edge, max(own.neg_log10_p) AS measured_neg_log10_p
RETURN edge.rank AS predicted_rank, snp.key AS snp, snp.rsids AS rsids, edge.score AS score, measured_neg_log10_p,
       COUNT {
         MATCH (snp)-[a:MQTL|EQTL]->(m)<-[b:MQTL|EQTL]-(hit:SNP)-[c:ASSOCIATED_WITH]->(trait)
         WHERE hit <> snp AND a.load_id IN $load_ids AND b.load_id IN $load_ids AND c.load_id IN $load_ids
           AND NOT a.is_superseded AND NOT b.is_superseded AND NOT c.is_superseded
       } AS n_measured_paths
ORDER BY predicted_rank, snp
LIMIT $limit
