// Writes Study nodes with all that their manifest says. $rows: study_id, properties (a null removes the property).
UNWIND $rows AS row
MERGE (study:Study {study_id: row.study_id})
SET study += row.properties
