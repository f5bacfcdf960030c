// SNPs by key that have evidence in the current release. Parameters: keys, load_ids.
UNWIND $keys AS key
MATCH (snp:SNP {key: key})
WHERE EXISTS { MATCH (snp)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->() WHERE edge.load_id IN $load_ids }
RETURN key, snp {.*} AS node
