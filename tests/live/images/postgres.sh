#!/bin/sh
# What the image postgres:15 does when it starts: on an empty disk it makes a database and its owner, whom the variables
# name; then it serves. Real are initdb and postgres; played is the image's docker-entrypoint.sh.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" --encoding UTF8 --no-locale \
    --auth-local trust --auth-host scram-sha-256 --no-sync
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE \"$POSTGRES_DB\"" | postgres --single -D "$PGDATA" postgres
fi
exec postgres -D "$PGDATA" -c 'listen_addresses=*' -c fsync=off
