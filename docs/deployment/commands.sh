# Commands of the portal with its settings: `. /opt/ninghai/docs/deployment/commands.sh` in root's shell, then
#   portal check --deploy      as the web and its workers (ninghai)
#   owner migrate              as the owner of the schema (ninghai-owner): migrate, backup, verify_backup, restore
_as() {
    (
        user=$1
        shift
        set -a
        . /etc/ninghai/ninghai.env
        set +a
        umask 027
        cd /opt/ninghai && exec runuser -u "$user" -- .venv/bin/python manage.py "$@"
    )
}
portal() { _as ninghai "$@"; }
owner() { _as ninghai-owner "$@"; }

# The same beside the real portal, for the drill: another database, an empty folder that only the owner may read.
drill() {
    (
        set -a
        . /etc/ninghai/ninghai.env
        DATABASE_URL='postgres://ninghai_app@/ninghai_drill?host=/run/postgresql'
        DATABASE_OWNER_URL='postgres://ninghai_owner@/ninghai_drill?host=/run/postgresql'
        VAR_DIR=/var/lib/ninghai-drill PRIVATE_FILES_DIR=/var/lib/ninghai-drill/private
        AUDIT_ANCHOR_FILE=/var/lib/ninghai-drill/audit-anchors.jsonl
        REDIS_CACHE_URL="$REDIS_CACHE_URL?db=1"
        set +a
        umask 077
        cd /opt/ninghai && exec runuser -u ninghai-owner -- .venv/bin/python manage.py "$@"
    )
}
