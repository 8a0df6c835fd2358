"""What a unit asks for about an assignment: more time (延期), or that it does not apply (不适用)."""
