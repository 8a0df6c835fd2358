"""Requests and answers: what stands around every view.

1. `middleware` has most of what surrounds a request, in the order of the settings; beside it `request_log`,
   `request_bodies`, `rate_limit`, `quick_reads`, and `public_pages`, kept and exact. `server` and `gunicorn_worker` run it.
2. Views use `http` (the request as they know it, refusals), `versions` (who saw what), `autosave`, `posted` (nothing typed
   is lost).
3. Every page knows `context_processors` and `template_filters`, and is drawn as its reader likes (`display`).
"""
