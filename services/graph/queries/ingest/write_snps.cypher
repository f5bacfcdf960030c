// Writes SNP nodes with the properties that loads know of them; writing again changes nothing.
// $rows: key, properties (a null removes the property).
UNWIND $rows AS row
MERGE (node:SNP {key: row.key})
SET node += row.properties
