#!/bin/sh
# Runs once, in the empty database: its owner (migrations) and the application's role (data only, no DDL).
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE erp_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE erp_app LOGIN PASSWORD :'app_password';
GRANT pg_read_all_stats TO erp_owner;
CREATE DATABASE erp OWNER erp_owner TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8' ENCODING 'UTF8';
REVOKE ALL ON DATABASE erp FROM PUBLIC;
GRANT CONNECT ON DATABASE erp TO erp_app;
\connect erp
ALTER SCHEMA public OWNER TO erp_owner;
CREATE EXTENSION pg_stat_statements;
SQL
