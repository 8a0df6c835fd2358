"""Requests and answers: middleware, the shapes of refusals, bounds on what is asked, what every page knows, public pages kept and exact."""
