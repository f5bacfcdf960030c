// Which of some traits does the graph hold?
// $trait_ids.
UNWIND $trait_ids AS trait_id
MATCH (trait:Trait {trait_id: trait_id})
RETURN trait.trait_id AS trait_id
