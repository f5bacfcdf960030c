// Writes SNP nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of key, rsids, chromosome, position_bp, build, allele_1, allele_2, flags, ld_score (as reported),
// minor_allele_frequency, reference_allele_frequency, place_source (a null removes the property).
UNWIND $rows AS row
MERGE (node:SNP {key: row[0]})
SET node += {
  rsids: row[1], chromosome: row[2], position_bp: row[3], build: row[4], allele_1: row[5], allele_2: row[6],
  flags: row[7], reported_ld_score: row[8], minor_allele_frequency: row[9], reference_allele_frequency: row[10],
  place_source: row[11]
}
