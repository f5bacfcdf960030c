// CpGs by id, for many texts at once. Parameters: rows (each with key, the text; forms, the ids it may mean).
UNWIND $rows AS row
UNWIND row.forms AS form
MATCH (node:CpG {cpg_id: form})
RETURN DISTINCT row.key AS key, node.cpg_id AS id, 'id' AS matched
ORDER BY key, id
