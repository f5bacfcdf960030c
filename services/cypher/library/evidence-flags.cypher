// What was noticed about the rows of each study that are in the graph (flags), most frequent first.
// @example
MATCH (:SNP)-[edge:MQTL|EQTL|ASSOCIATED_WITH]->()
WHERE edge.load_id IN $load_ids
UNWIND CASE WHEN edge.is_superseded THEN coalesce(edge.flags, []) + ['superseded'] ELSE coalesce(edge.flags, []) END AS flag
RETURN edge.study_id AS study, flag, count(*) AS n
ORDER BY n DESC, study, flag
