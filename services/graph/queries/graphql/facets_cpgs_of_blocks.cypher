// How many there are of the CpGs in each of several LD blocks, by chromosome.
// Parameters: keys, load_ids (current release).
UNWIND $keys AS key
MATCH (cpg:CpG)-[inside:IN_LD_BLOCK]->(block:LDBlock {block_id: key})
WHERE (inside.load_id IN $load_ids OR block.is_pseudo)
RETURN key, null AS study_id, null AS cis_trans, cpg.chromosome AS chromosome, null AS biotype, count(DISTINCT cpg) AS n
