// Which of some ids name a CpG, a gene or a trait.
// Parameters: ids.
UNWIND $ids AS id
OPTIONAL MATCH (cpg:CpG {cpg_id: id})
OPTIONAL MATCH (gene:Gene {gene_id: id})
OPTIONAL MATCH (trait:Trait {trait_id: id})
WITH id WHERE cpg IS NOT NULL OR gene IS NOT NULL OR trait IS NOT NULL
RETURN id
