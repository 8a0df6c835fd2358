"""12345 热线 (hotline): what people call about is answered at once, or handed to the unit whose duty it is, and its caller called back.

1. `intake` takes it in by telephone, web form or sheet; `similar` finds open matters like it, the same caller, and whose duty it is.
2. `kind` says to the engine of cases (`ninghai.cases`) what may follow what; `standards` which limits hold; `rules` whose act it is.
3. `services` hand it on, sign for it, give it back, answer, review, call back, redo, end it; `pages` and `acts` show that.
4. `public` is the caller's side: form, receipt, look-up by number and code, rating.
A report about a unit never reaches that unit: `HotlineCase.objects.visible_to` leaves it out, wherever it is read or counted.
"""
