"""考核: from the facts of a unit to the lines of its score sheet. Pure: no database, no clock, exact to the cent.

`source` names where a rule's facts come from, `parameters` what the office sets for each, `facts` what is judged,
`shares` turns facts into the part of its marks that a rule gives, `sheet` adds the rules up under the scheme's cap and
veto, `ranking` gives the places. docs/scoring.md states the rules for the office and for whoever recomputes a score.
"""
