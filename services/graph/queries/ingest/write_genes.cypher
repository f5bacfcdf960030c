// Writes gene nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of gene_id, symbol, chromosome, build, start_bp, end_bp, tss_bp, strand, biotype, description (a null
// removes the property).
UNWIND $rows AS row
MERGE (node:Gene {gene_id: row[0]})
SET node += {
  symbol: row[1], chromosome: row[2], build: row[3], start_bp: row[4], end_bp: row[5], tss_bp: row[6],
  strand: row[7], biotype: row[8], description: row[9]
}
