"""Whether a paper is one that the office issued (核验), and whether what was issued and published is still what it was (防篡改)."""
