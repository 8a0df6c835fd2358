"""Pages that are the same for everybody who is not signed in: kept once they are rendered, and exact.

1. A trigger (`triggers`) on every table that such a page reads adds a row to `PublicChange`, in the transaction that changes it.
2. `revision` reads count and last number of these rows: another value for every change that has become visible.
3. `middleware` answers from the cache, or with 304, what was rendered under this revision, on this day, by this code,
   compressed for whoever can read that.
4. `replica` lets a copy of the database render it, where there is one that has come as far.

Nothing is ever stale, as the revision is read before the page; nothing private is kept, as whoever has a session is
never answered from here. Without Redis each page is rendered, as it would be anyway.
"""
