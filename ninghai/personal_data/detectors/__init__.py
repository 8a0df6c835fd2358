"""One module for each kind of personal data. A detector takes a folded text and yields hits; its patterns are those of
the office's rules (GB 11643 for identity numbers, GB 32100 for credit codes, GA 36 for number plates)."""
