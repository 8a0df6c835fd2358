"""The applicant's side of an application: the form of each regulation, what is sent, the receipt, the look-up by number and code."""
