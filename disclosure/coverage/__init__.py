"""Coverage (公开覆盖): what each unit has public of what the basic catalogue asks of it, and what is missing.

1. `holdings`: which unit owes which duty on a day, what it has public under it, and which policies owe an interpretation.
2. `status` is the regulation, pure: when something is due, and how the duty stands.
3. `services` puts both together for every duty and unit, opens one finding for each thing missing, closes it when it is
   mended, and tells the units; the matrix (`admin`) is read from what it keeps.
4. `site_checks`: the columns of the site. `score`: for 考核.
"""
