"""The database backend of an installation without DATABASE_URL: PostgreSQL that is started when it is first asked."""
