"""考核: from the records of a year to the score of each unit, exact to the cent.

1. `parameters` names where a rule's facts come from, and what the office sets for each.
2. `facts` reads the facts from the records as of a day, in a few statements for any number of units.
3. `sheet` makes a unit's score sheet of them. Pure: the part of its marks that each rule gives, added up under the scheme's
   cap and veto; and the places.
4. `services` are the office's acts: schemes, records, 试算, 通报; `results` and `workbook` show what came of it.

docs/scoring.md states the rules for the office and for whoever recomputes a score.
"""
