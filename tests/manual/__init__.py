"""The user manual (docs/manual) played on the demo: every step as it is written there, a picture of each flow.

`python -m tests.manual` starts a throw-away portal with the demo year, its workers and a browser, plays the flows in the
order of PLAY and takes the pictures anew. It fails where a step cannot be done, and where a flow's chapter quotes words
(「…」) that stood on no screen of that flow.
"""
