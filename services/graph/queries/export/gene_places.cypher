// Where does each gene with eQTLs start?
// No parameters.
MATCH (molecule:Gene)
WHERE EXISTS { (:SNP)-[:EQTL]->(molecule) }
RETURN molecule.gene_id AS molecule, molecule.build AS build, molecule.chromosome AS chromosome,
       molecule.tss_bp AS position_bp
