"""Loaders of reference files: positions, genes, CpGs, traits, LD blocks, annotations and LD panels, one file a kind."""
