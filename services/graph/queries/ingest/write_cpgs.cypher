// Writes CpG nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of cpg_id, chromosome, position_bp, build, strand, island, island_relation, snp_in_probe, array (a null
// removes the property).
UNWIND $rows AS row
MERGE (node:CpG {cpg_id: row[0]})
SET node += {
  chromosome: row[1], position_bp: row[2], build: row[3], strand: row[4], island: row[5], island_relation: row[6],
  snp_in_probe: row[7], array: row[8]
}
