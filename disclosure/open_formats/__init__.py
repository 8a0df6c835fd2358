"""The catalogue for programs: API, feed, site map, DCAT, and what a page says to machines."""
