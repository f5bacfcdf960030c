// Writes annotation nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of annotation_id, name, load_id, study_id, tissue, build, n_intervals, covered_bp (a null removes the
// property).
UNWIND $rows AS row
MERGE (node:Annotation {annotation_id: row[0]})
SET node += {
  name: row[1], load_id: row[2], study_id: row[3], tissue: row[4], build: row[5], n_intervals: row[6],
  covered_bp: row[7]
}
