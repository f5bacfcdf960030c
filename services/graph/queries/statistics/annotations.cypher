// Which annotations do readers see?
// $load_ids: loads of the release.
MATCH (annotation:Annotation)
WHERE annotation.load_id IN $load_ids
RETURN annotation.annotation_id AS annotation_id, annotation.name AS name, annotation.study_id AS study_id
ORDER BY annotation_id
