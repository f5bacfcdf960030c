// The keys of all annotation nodes, whoever wrote them. No parameters.
MATCH (node:Annotation)
RETURN node.annotation_id AS key
