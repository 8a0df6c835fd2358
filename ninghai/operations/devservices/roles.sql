-- The two roles of the portal and its database; may be run again at any time. The database sorts as it is tested,
-- whatever the machine's own language, and the same after the system's next upgrade.
--   psql -d postgres -v database=ninghai -f ninghai/operations/devservices/roles.sql
-- The owner migrates and restores. The run-time role of web and workers owns nothing, so it can neither drop a table,
-- nor switch off a trigger, nor give itself rights; migrations take single rights away where rows must stay as they are.
\set ON_ERROR_STOP on
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['ninghai_owner', 'ninghai_app']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE DATABASE %I OWNER ninghai_owner TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8''', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

\connect :"database"

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO ninghai_app;
ALTER SCHEMA public OWNER TO ninghai_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ninghai_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ninghai_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ninghai_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ninghai_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO ninghai_app;
