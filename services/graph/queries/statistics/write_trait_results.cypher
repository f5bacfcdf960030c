// Sets what a run says of a trait, in the transaction that switches the release; a null removes a property.
// $trait_id: the trait; $properties: every property of one group, that of its run among them.
MATCH (trait:Trait {trait_id: $trait_id})
SET trait += $properties
RETURN trait.trait_id AS trait_id
