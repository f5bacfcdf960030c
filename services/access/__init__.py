"""Who may ask for what, and what was done: tokens, roles, the audit log."""
