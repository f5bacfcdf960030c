// Writes eQTL edges of a load that readers do not see yet, of which some may be there; writing again changes nothing.
// $rows: edge_key, source, target, properties; $load_id, $study_id.
UNWIND $rows AS row
MATCH (source:SNP {key: row.source})
MATCH (target:Gene {gene_id: row.target})
MERGE (source)-[edge:EQTL {edge_key: row.edge_key}]->(target)
SET edge += row.properties, edge.load_id = $load_id, edge.study_id = $study_id,
    edge.knowledge_level = 'statistical_association'
