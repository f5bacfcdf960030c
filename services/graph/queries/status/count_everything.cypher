// How many nodes of each label and edges of each type the graph holds, from the count store.
// A test compares the names with the registry.
RETURN 'node' AS kind, 'SNP' AS name, COUNT { (:SNP) } AS n
UNION ALL
RETURN 'node' AS kind, 'CpG' AS name, COUNT { (:CpG) } AS n
UNION ALL
RETURN 'node' AS kind, 'Gene' AS name, COUNT { (:Gene) } AS n
UNION ALL
RETURN 'node' AS kind, 'Trait' AS name, COUNT { (:Trait) } AS n
UNION ALL
RETURN 'node' AS kind, 'Annotation' AS name, COUNT { (:Annotation) } AS n
UNION ALL
RETURN 'node' AS kind, 'LDBlock' AS name, COUNT { (:LDBlock) } AS n
UNION ALL
RETURN 'node' AS kind, 'Study' AS name, COUNT { (:Study) } AS n
UNION ALL
RETURN 'node' AS kind, 'Release' AS name, COUNT { (:Release) } AS n
UNION ALL
RETURN 'node' AS kind, 'Load' AS name, COUNT { (:Load) } AS n
UNION ALL
RETURN 'node' AS kind, 'ModelRun' AS name, COUNT { (:ModelRun) } AS n
UNION ALL
RETURN 'node' AS kind, 'ScheduledRun' AS name, COUNT { (:ScheduledRun) } AS n
UNION ALL
RETURN 'edge' AS kind, 'MQTL' AS name, COUNT { ()-[:MQTL]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'EQTL' AS name, COUNT { ()-[:EQTL]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'ASSOCIATED_WITH' AS name, COUNT { ()-[:ASSOCIATED_WITH]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'EQTM' AS name, COUNT { ()-[:EQTM]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'NEAR' AS name, COUNT { ()-[:NEAR]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'IN_LD_BLOCK' AS name, COUNT { ()-[:IN_LD_BLOCK]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'IN_ANNOTATION' AS name, COUNT { ()-[:IN_ANNOTATION]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'IN_LD_WITH' AS name, COUNT { ()-[:IN_LD_WITH]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'ENRICHED_IN' AS name, COUNT { ()-[:ENRICHED_IN]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'GENETIC_CORRELATION' AS name, COUNT { ()-[:GENETIC_CORRELATION]->() } AS n
UNION ALL
RETURN 'edge' AS kind, 'PREDICTED_ASSOCIATION' AS name, COUNT { ()-[:PREDICTED_ASSOCIATION]->() } AS n
