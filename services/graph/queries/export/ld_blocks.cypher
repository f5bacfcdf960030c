// Where does each LD block lie?
// $load_ids: loads of the release (pseudo-blocks belong to no load and always count).
MATCH (block:LDBlock)
WHERE block.is_pseudo OR block.load_id IN $load_ids
RETURN block.block_id AS block, block.build AS build, block.chromosome AS chromosome,
       block.start_bp AS start_bp, block.end_bp AS end_bp
