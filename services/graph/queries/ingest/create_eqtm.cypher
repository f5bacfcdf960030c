// Writes eQTM edges of a load that readers do not see yet and that has none so far; a second edge of one key is refused.
// $rows: edge_key, source, target, properties; $load_id, $study_id.
UNWIND $rows AS row
MATCH (source:CpG {cpg_id: row.source})
MATCH (target:Gene {gene_id: row.target})
CREATE (source)-[edge:EQTM {edge_key: row.edge_key}]->(target)
SET edge += row.properties, edge.load_id = $load_id, edge.study_id = $study_id,
    edge.knowledge_level = 'statistical_association'
