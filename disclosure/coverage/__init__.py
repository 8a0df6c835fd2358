"""Coverage (公开覆盖): what each unit has public of what the basic catalogue asks of it, and what is missing.

1. `owing`: which unit owes which duty on a day. `holdings`: what it has public under it.
2. `rhythm`, `limits` and `standing` are the regulation, pure: when something is due, and how the duty stands.
3. `cells` puts both together for every duty and unit; the nightly round (`jobs`) keeps them for the matrix.
4. `findings` opens one finding for each thing missing, closes it when it is mended, and tells the units.
5. `interpretation`: a marked policy owes an interpretation. `site_checks`: the columns of the site. `score`: for 考核.
"""
