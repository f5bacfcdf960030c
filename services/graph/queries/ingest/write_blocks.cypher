// Writes LD-block nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of block_id, chromosome, build, start_bp, end_bp, is_pseudo, load_id, study_id (a null removes the
// property).
UNWIND $rows AS row
MERGE (node:LDBlock {block_id: row[0]})
SET node += {
  chromosome: row[1], build: row[2], start_bp: row[3], end_bp: row[4], is_pseudo: row[5], load_id: row[6],
  study_id: row[7]
}
