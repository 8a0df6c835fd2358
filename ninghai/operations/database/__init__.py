"""The database as the portal reaches it: its backend and roles, what a lost one looks like, who leads, and the longest lengths of texts."""
