// Writes trait nodes with the properties that loads know of them; writing again changes nothing.
// $rows: lists of trait_id, name, names, definition, synonyms, parents, study_id (a null removes the property).
UNWIND $rows AS row
MERGE (node:Trait {trait_id: row[0]})
SET node += {
  name: row[1], names: row[2], definition: row[3], synonyms: row[4], parents: row[5], study_id: row[6]
}
