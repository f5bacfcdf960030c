// Methylation sites whose level goes with expression of a gene (eQTM), and SNPs that act on both.
// @param gene: Ensembl gene id.
// @example gene=ENSG00000000001
MATCH (site:CpG)-[eqtm:EQTM]->(gene:Gene {gene_id: $gene})
WHERE eqtm.load_id IN $load_ids
OPTIONAL MATCH (site)<-[m:MQTL]-(snp:SNP)-[e:EQTL]->(gene)
WHERE m.load_id IN $load_ids AND e.load_id IN $load_ids AND NOT m.is_superseded AND NOT e.is_superseded
RETURN site.cpg_id AS site, eqtm.neg_log10_p AS eqtm_neg_log10_p, count(DISTINCT snp) AS n_shared_snps,
       collect(DISTINCT snp.key)[..5] AS snps
ORDER BY eqtm_neg_log10_p DESC, site
