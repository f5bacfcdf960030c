// One page of all genes by id: the order of the unique index, so that only a page is read.
// Parameters: keys (one word), biotype or null, after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (gene:Gene)
  WHERE gene.gene_id > coalesce($after_key, '')
    AND ($biotype IS NULL OR gene.biotype = $biotype)
  RETURN gene
  ORDER BY gene.gene_id
  LIMIT $limit
}
RETURN key, gene {.*} AS node, 0.0 AS value
