"""What the product does: load, export, train, write back, search; the only way to the store."""
