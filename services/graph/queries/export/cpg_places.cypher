// Where does each CpG with mQTLs lie?
// No parameters.
MATCH (molecule:CpG)
WHERE EXISTS { (:SNP)-[:MQTL]->(molecule) }
RETURN molecule.cpg_id AS molecule, molecule.build AS build, molecule.chromosome AS chromosome,
       molecule.position_bp AS position_bp
