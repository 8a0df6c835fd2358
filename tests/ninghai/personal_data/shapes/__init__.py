"""The set of shapes: personal data and look-alikes in every shape × format × wording, as files; see `score`.

1. `wordings` has the words beside each kind, in two halves: the second was not looked at while the finder was written.
2. `values` draws numbers, names and addresses; `documents` puts them into shapes; `looks_alike` does so with what is nobody's.
3. `writing` writes a document as a file of each format.
"""
