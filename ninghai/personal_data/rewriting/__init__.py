"""Masked copies (去标识化副本): the file itself is written anew, nothing is painted over; what was hidden and who wrote it goes.

The original stays where it is, private. A PDF cannot be written anew: it is made again from its masked source.
"""
