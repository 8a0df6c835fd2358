"""Django's PostgreSQL backend, with a bound on how long anybody waits for a connection."""
