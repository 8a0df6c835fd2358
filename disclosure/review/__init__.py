"""Review (审核): what a reviewer has on the screen, ticks and signs.

`page` gathers it, `checklist` keeps the lines to tick, `editions` tells what is new since the reviewer saw it last.
"""
