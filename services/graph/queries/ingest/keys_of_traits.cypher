// The keys of all trait nodes, whoever wrote them. No parameters.
MATCH (node:Trait)
RETURN node.trait_id AS key
