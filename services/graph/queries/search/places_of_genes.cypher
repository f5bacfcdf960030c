// Where do the genes with these symbols or ids lie?
// $names: symbols and Ensembl ids; $build: the reference build.
UNWIND $names AS name
MATCH (gene:Gene)
WHERE (gene.symbol = name OR gene.gene_id = name) AND gene.build = $build AND gene.start_bp IS NOT NULL
RETURN DISTINCT name, gene.gene_id AS gene_id, gene.chromosome AS chromosome, gene.start_bp AS start_bp,
       gene.end_bp AS end_bp
ORDER BY name, gene_id
