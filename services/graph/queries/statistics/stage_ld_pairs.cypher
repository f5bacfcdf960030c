// Writes pairs of SNPs in LD under a run; writing again changes nothing.
// $rows: lists of lower key, higher key, r²; $run_id: the run.
UNWIND $rows AS row
MATCH (first:SNP {key: row[0]})
MATCH (second:SNP {key: row[1]})
MERGE (first)-[edge:IN_LD_WITH {edge_key: $run_id + '|' + row[0] + '|' + row[1]}]->(second)
SET edge.run_id = $run_id, edge.r_squared = row[2]
