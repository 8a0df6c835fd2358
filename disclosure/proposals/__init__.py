"""建议提案办理: suggestions of deputies (人大代表建议) and proposals of the consultative conference (政协提案), from handing over to the public page.

1. The office enters them one by one (`pages`) or from .xlsx (`importing`), names one lead and co-units, and hands them over.
2. The lead drafts the reply and how it is made public, together; co-units give their parts; the lead's head signs (`services`, `acts`).
3. `kind` says what leads to what, `standards` what the county sets for itself: limits and categories, from a day on.
4. Whoever is not content gets a second reply with a limit of its own; the first one stays.
5. A reply that may be public becomes an item of the catalogue (`letter`), and stands in 建议提案办理结果 (`results`); what is kept
   back is counted alone.
"""
