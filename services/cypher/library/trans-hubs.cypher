// SNPs that act on many methylation sites or genes far away (in trans), the largest hubs first.
// @param n = 1: Least number of trans targets.
// @param limit = 25: Rows at most.
// @example n=1
MATCH (snp:SNP)-[edge:MQTL|EQTL]->(target)
WHERE edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.cis_trans = 'trans'
WITH snp, count(DISTINCT target) AS n_targets, max(edge.neg_log10_p) AS strongest
WHERE n_targets >= $n
RETURN snp.key AS snp, snp.rsids AS rsids, n_targets, strongest
ORDER BY n_targets DESC, strongest DESC, snp
LIMIT $limit
