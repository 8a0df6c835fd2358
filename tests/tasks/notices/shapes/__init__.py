"""The set of shapes (形状集) for the notice reader: made by generators that cross shape × format × wording, with known truth.

`wordings` holds the phrases, some seen while the reader was written and some held out; `catalogue` builds notices of one
shape from them; `formats` writes these as files; `score` tells how well they are read: `make notice-score`.
"""
