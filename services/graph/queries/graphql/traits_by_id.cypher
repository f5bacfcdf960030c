// One page of all traits by id: the order of the unique index. Parameters: keys (one word), after_key (null on the first page), limit.
UNWIND $keys AS key
CALL () {
  MATCH (trait:Trait)
  WHERE trait.trait_id > coalesce($after_key, '')
  RETURN trait
  ORDER BY trait.trait_id
  LIMIT $limit
}
RETURN key, trait {.*} AS node
