// Deletes Study nodes. $study_ids.
UNWIND $study_ids AS study_id
MATCH (study:Study {study_id: study_id})
DETACH DELETE study
