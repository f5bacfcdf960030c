// How many nodes there are of each kind. No parameters.
CALL () { MATCH (node:SNP) RETURN count(node) AS snps }
CALL () { MATCH (node:CpG) RETURN count(node) AS cpgs }
CALL () { MATCH (node:Gene) RETURN count(node) AS genes }
CALL () { MATCH (node:Trait) RETURN count(node) AS traits }
CALL () { MATCH (node:Annotation) RETURN count(node) AS annotations }
CALL () { MATCH (node:LDBlock) RETURN count(node) AS ld_blocks }
RETURN snps, cpgs, genes, traits, annotations, ld_blocks
