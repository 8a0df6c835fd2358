"""政务舆情回应 (public opinion): what people talk about is found, handed to one lead unit, and answered in public by the hour.

`kind` says to the engine of cases (`ninghai.cases`) what may follow what, and which response ends which limit; `rules` whose act
each is; `services` are the acts, from the finding to the sheet of evaluation. `limits` words how an event stands against 5, 24
and 48 hours, and counts it; `pages` is the page that office and unit share.
What was posted, where and about whom stays under seal: public are responses alone, as items that went through review.
"""
