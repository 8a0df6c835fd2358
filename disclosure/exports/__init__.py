"""The filtered list as a file (下载): CSV for Excel, XLSX, JSON; of a million rows as of ten, in the same memory.

1. The list tells the keys of all its rows in order, eight bytes each (`Found.keys`).
2. `reading` fetches the rows behind them piece by piece, plain tuples; each piece asks anew whether its items are public.
3. `writing` turns rows into the file's pieces, which are sent as they come; no cell can start a formula.
"""
