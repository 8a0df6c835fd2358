"""互动: one public door to everything that people can ask, send, look up or read the outcome of.

1. `doors`: each room says with its own public views what stands behind the door, so that none leads nowhere.
2. `views`: look before you ask, three plain questions that say which is which, and whose it is where it is not the county's.
3. `lookup`: one page for every number that a receipt prints.
"""
