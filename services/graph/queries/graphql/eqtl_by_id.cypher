// One page of all eQTL of the release by edge key: the order of the unique index, so that only a page is read.
// Parameters: keys (one word), load_ids (current release), study_ids or null, min_neg_log10_p, cis_trans or null, biotype or null, after_key (empty on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (snp:SNP)-[edge:EQTL]->(gene:Gene)
  WHERE edge.edge_key > coalesce($after_key, '')
    AND edge.load_id IN $load_ids AND NOT edge.is_superseded AND edge.neg_log10_p >= $min_neg_log10_p
    AND ($study_ids IS NULL OR edge.study_id IN $study_ids)
    AND ($cis_trans IS NULL OR edge.cis_trans = $cis_trans)
    AND ($biotype IS NULL OR gene.biotype = $biotype)
  RETURN edge, snp.key AS source, gene.gene_id AS target
  ORDER BY edge.edge_key
  LIMIT $limit
}
RETURN key, edge {.*} AS edge, source, target, 0.0 AS value
