#!/usr/bin/env bash
# A private Request Tracker 5 on loopback for tests, from Debian's own packages.
#
#   up.sh [start]         install what is missing, make and seed the database once, serve it
#   up.sh stop            stop the server and wait until its processes are gone
#   up.sh reset           stop and delete the database, its tokens and its snapshots
#   up.sh snapshot NAME   keep the present state          (the server may run)
#   up.sh restore NAME    go back to a kept state         (the server may run; "seeded" always exists, and
#                         "empty": queues, catalogs, fields and staff, but no tickets)
#   up.sh perf [T] [A]    add T tickets and A assets in bulk (default 5000 and 500), keep them as snapshot "perf"
#   up.sh markers on|off  switch the two fields that carry action ids
#   up.sh env             print the settings for tests, one NAME=value a line
#   up.sh check           exit 0 if this machine can run it
#
# Environment (kept for later calls with the same directory):
#   VAGT_RT_DIR       where everything lives (default: rt5 under the cargo target directory)
#   VAGT_RT_PORT      port on 127.0.0.1 (default: a free one)
#   VAGT_RT_TIMEZONE  the server's zone (default Europe/Copenhagen, so that zone mistakes show)
#   VAGT_RT_WORKERS   server processes (default 3)
#   VAGT_RT_BCRYPT    cost of tokens and passwords (default 4; Request Tracker's own default is 12)
#   VAGT_RT_MARKERS   0: seed without the marker fields switched on (default 1)
#   VAGT_RT_TICKETS   tickets to seed (default 300)
#   VAGT_RT_ASSETS    assets to seed (default 60)
#
# Nothing in /etc is edited: RT_SITE_CONFIG points Request Tracker at a configuration of our own.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
packages=(request-tracker5 rt5-db-sqlite rt5-standalone dbconfig-sqlite3 msmtp-mta starman sqlite3 curl python3)
server=/usr/share/request-tracker5/libexec/rt-server

say() { printf '[%(%T)T] %s\n' -1 "$*" >&2; }
fail() { say "$*"; exit 1; }

dir=${VAGT_RT_DIR:-${CARGO_TARGET_DIR:-$root/target}/rt5}

can_run() {
  [ "$(id -u)" = 0 ] || { say "Request Tracker needs root to install and serve; not root here"; return 1; }
  [ -r /etc/debian_version ] || { say "Request Tracker comes from Debian packages; this is not Debian"; return 1; }
  command -v apt-get >/dev/null || { say "no apt-get here"; return 1; }
  installed || [ -n "$(apt-cache policy request-tracker5 2>/dev/null)" ] || apt-get update -qq >&2 || true
  installed || apt-cache show request-tracker5 >/dev/null 2>&1 || {
    say "no package request-tracker5 (Debian 12 or newer has it)"; return 1; }
}

installed() { dpkg-query -W -f '${Status}\n' "${packages[@]}" 2>/dev/null | awk '$3=="installed"{n++} END{exit n!='"${#packages[@]}"'}'; }

install_packages() {
  installed && return 0
  [ "$(id -u)" = 0 ] || fail "packages are missing (${packages[*]}) and only root can install them"
  export DEBIAN_FRONTEND=noninteractive
  say "installing Request Tracker 5 (about 90 s)"
  debconf-set-selections <<'ANSWERS' 2>/dev/null || true
request-tracker5 request-tracker5/dbconfig-install boolean false
request-tracker5 request-tracker5/dbconfig-upgrade boolean false
request-tracker5 request-tracker5/dbconfig-remove boolean false
request-tracker5 request-tracker5/rtname string helpdesk.test
request-tracker5 request-tracker5/organization string helpdesk.test
request-tracker5 request-tracker5/correspondaddress string rt@helpdesk.test
request-tracker5 request-tracker5/commentaddress string rt-comment@helpdesk.test
request-tracker5 request-tracker5/webbaseurl string http://127.0.0.1:8081
request-tracker5 request-tracker5/handle-siteconfig-permissions boolean false
request-tracker5 request-tracker5/install-cronjobs boolean false
ANSWERS
  local log=$dir/log/apt.log
  apt-get update -qq -o DPkg::Lock::Timeout=900 >"$log" 2>&1 || say "apt-get update failed; trying with the lists that are here"
  apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=900 "${packages[@]}" \
    >>"$log" 2>&1 </dev/null || { tail -20 "$log" >&2; fail "apt-get install failed, see $log"; }
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

write_config() {
  mkdir -p "$RT_SITE_CONFIG_DIR" "$dir/session"
  cat >"$RT_SITE_CONFIG" <<CONFIG
use utf8;
Set(\$rtname, 'helpdesk.test');
Set(\$Organization, 'helpdesk.test');
Set(\$WebDomain, '127.0.0.1');
Set(\$WebPort, $port);
Set(\$WebPath, '');
Set(\$Timezone, '$timezone');
Set(\$DatabaseType, 'SQLite');
Set(\$DatabaseName, '$dir/rtdb');
Set(\$WebSessionClass, 'Apache::Session::File');
Set(\$WebSessionDir, '$dir/session');
Set(\$CorrespondAddress, 'rt@helpdesk.test');
Set(\$CommentAddress, 'rt-comment@helpdesk.test');
Set(\$OwnerEmail, 'root@helpdesk.test');
# outgoing mail goes to a file and nowhere else
Set(\$MailCommand, sub { open my \$f, '>>', '$dir/log/mail.mbox' or return 0; print \$f "From rt\@localhost\\n", \$_[0]->stringify, "\\n"; close \$f; 1 });
Set(\$LogToSyslog, undef);
Set(\$LogToSTDERR, 'warning');
Set(\$BcryptCost, $bcrypt);
Set(\$WebSecureCookies, 0);
1;
CONFIG
}

write_env() {
  cat >"$dir/env.new" <<ENV
VAGT_RT_URL=http://127.0.0.1:$port
VAGT_RT_DIR=$dir
VAGT_RT_UP=$here/up.sh
VAGT_RT_TIMEZONE=$timezone
VAGT_RT_DATABASE=$dir/rtdb
VAGT_RT_MAIL_FILE=$dir/log/mail.mbox
VAGT_RT_ROOT_TOKEN_FILE=$dir/secrets/root.token
VAGT_RT_METTE_TOKEN_FILE=$dir/secrets/mette.token
VAGT_RT_INGRID_TOKEN_FILE=$dir/secrets/ingrid.token
VAGT_RT_KAARE_TOKEN_FILE=$dir/secrets/kåre.token
VAGT_RT_READER_TOKEN_FILE=$dir/secrets/reader.token
VAGT_RT_VIKAR_TOKEN_FILE=$dir/secrets/vikar.token
VAGT_RT_ROOT_PASSWORD_FILE=$dir/secrets/root.password
VAGT_RT_STAFF_PASSWORD_FILE=$dir/secrets/staff.password
ENV
  mv "$dir/env.new" "$dir/env"
}

master() { # the process id of the server, if it is one of ours and alive
  local p; p=$(cat "$dir/rt.pid" 2>/dev/null) || return 1
  [ -n "$p" ] && tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -q starman && echo "$p"
}

answers() {
  [ "$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -m 20 -H "Authorization: token $(cat "$dir/secrets/root.token")" \
    "http://127.0.0.1:$port/REST/2.0/rt")" = 200 ]
}

serve_once() {
  write_config
  : >"$dir/log/rt.log"
  setsid starman --listen "127.0.0.1:$port" --workers "$workers" --max-requests 5000 --pid "$dir/rt.pid" \
    --preload-app "$server" >>"$dir/log/rt.log" 2>&1 </dev/null 9>&- &
  local started=$! deadline=$((SECONDS + 120))
  while [ $SECONDS -lt $deadline ]; do
    kill -0 $started 2>/dev/null || return 1
    if master >/dev/null && answers; then return 0; fi
    sleep 0.1
  done
  kill -TERM $started 2>/dev/null || true
  return 1
}

serve() {
  if master >/dev/null; then answers || fail "the server (process $(master)) does not answer on port $port; up.sh stop, then start"; write_env; return 0; fi
  local try
  for try in 1 2 3; do
    if serve_once; then
      echo "$port" >"$dir/port"; write_env
      say "Request Tracker answers on http://127.0.0.1:$port (process $(master))"; return 0
    fi
    grep -qi 'address already in use' "$dir/log/rt.log" || break
    [ -z "$fixed_port" ] || fail "port $port is taken; choose another with VAGT_RT_PORT"
    port=$(free_port)
  done
  tail -20 "$dir/log/rt.log" >&2
  fail "Request Tracker did not start (try $try), see $dir/log/rt.log"
}

stop() {
  # starman removes its pid file as soon as it gets TERM: wait for the processes themselves, or the
  # last writer of the old database lands on a restored one
  local p kids q left i
  p=$(master) || { rm -f "$dir/rt.pid"; return 0; }
  kids=$(cat "/proc/$p/task/$p/children" 2>/dev/null || true)
  kill -TERM "$p" 2>/dev/null || true
  for i in $(seq 1 200); do
    left=
    for q in $p $kids; do [ -d "/proc/$q" ] && ! grep -q '^State:.Z' "/proc/$q/status" 2>/dev/null && left="$left $q"; done
    [ -z "$left" ] && break
    # shellcheck disable=SC2086 # a list of process ids
    if [ "$i" = 150 ]; then kill -KILL $left 2>/dev/null || true; fi
    sleep 0.1
  done
  [ -z "$left" ] || fail "processes of Request Tracker would not end:$left"
  rm -f "$dir/rt.pid"
}

rt_perl() { perl "$here/$1" "${@:2}"; }

make_database() {
  # one that was made before a snapshot was thought of is made again
  [ -s "$dir/made" ] && [ -s "$dir/snapshot-empty.db" ] && [ -s "$dir/snapshot-seeded.db" ] && return 0
  stop; rm -f "$dir"/rtdb* "$dir"/snapshot-*; rm -rf "$dir/secrets"
  mkdir "$dir/secrets"
  local name
  for name in root staff; do
    (umask 077; head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$dir/secrets/$name.password")
  done
  say "making the database"
  rt-setup-database-5 --action init --root-password-file "$dir/secrets/root.password" >"$dir/log/init.log" 2>&1 ||
    { tail -20 "$dir/log/init.log" >&2; fail "the database could not be made"; }
  sqlite3 "$dir/rtdb" 'PRAGMA journal_mode=WAL' >/dev/null
  rt_perl fields.pl "$dir/secrets" >"$dir/log/fields.log" 2>&1 || { tail "$dir/log/fields.log" >&2; fail "fields.pl failed"; }
  serve
  say "seeding $tickets tickets and $assets assets"
  python3 "$here/seed.py" --env "$dir/env" desk
  rt_perl access.pl "$here/staff.tsv" "$dir/secrets" >"$dir/log/access.log" 2>&1 || { tail "$dir/log/access.log" >&2; fail "access.pl failed"; }
  snapshot empty
  python3 "$here/seed.py" --env "$dir/env" content --tickets "$tickets" --assets "$assets"
  [ "$markers" = 1 ] || rt_perl markers.pl off
  snapshot seeded
  date -u +%FT%TZ >"$dir/made"
}

snapshot() { sqlite3 -cmd '.timeout 60000' "$dir/rtdb" ".backup '$dir/snapshot-$1.new'"; mv "$dir/snapshot-$1.new" "$dir/snapshot-$1.db"; }

restore() {
  [ -s "$dir/snapshot-$1.db" ] || fail "no snapshot $1 in $dir; there are: $(cd "$dir" && echo snapshot-*.db)"
  if master >/dev/null; then
    # through SQLite's own locks, so that running workers see one state or the other
    sqlite3 -cmd '.timeout 60000' "$dir/rtdb" ".restore '$dir/snapshot-$1.db'"
  else
    rm -f "$dir/rtdb-wal" "$dir/rtdb-shm"; cp "$dir/snapshot-$1.db" "$dir/rtdb.new"; mv "$dir/rtdb.new" "$dir/rtdb"
    sqlite3 "$dir/rtdb" 'PRAGMA journal_mode=WAL' >/dev/null
  fi
}

command=${1:-start}
case $command in
  check) can_run; exit ;;
  env) cat "$dir/env" 2>/dev/null || fail "nothing was started in $dir"; exit ;;
  start|stop|reset|snapshot|restore|perf|markers) ;;
  *) sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

if [ "$command" = start ]; then
  mkdir -p "$dir/log"
elif [ ! -d "$dir" ]; then
  [ "$command" = stop ] || [ "$command" = reset ] && exit 0
  fail "nothing was started in $dir"
fi
dir=$(cd "$dir" && pwd)
chmod 0700 "$dir" # tokens, and mails of the desk
mkdir -p "$dir/log"
exec 9>"$dir/lock"
flock -w 900 9 || fail "another up.sh is at work in $dir"

# what an earlier start was given holds until something else is asked for
kept() { [ ! -s "$dir/settings" ] || sed -n "s/^$1=//p" "$dir/settings"; }
workers=${VAGT_RT_WORKERS:-$(kept workers)}; workers=${workers:-3}
timezone=${VAGT_RT_TIMEZONE:-$(kept timezone)}; timezone=${timezone:-Europe/Copenhagen}
bcrypt=${VAGT_RT_BCRYPT:-$(kept bcrypt)}; bcrypt=${bcrypt:-4}
markers=${VAGT_RT_MARKERS:-$(kept markers)}; markers=${markers:-1}
tickets=${VAGT_RT_TICKETS:-$(kept tickets)}; tickets=${tickets:-300}
assets=${VAGT_RT_ASSETS:-$(kept assets)}; assets=${assets:-60}
fixed_port=${VAGT_RT_PORT:-}
port=${fixed_port:-$(cat "$dir/port" 2>/dev/null || true)}
export RT_SITE_CONFIG=$dir/RT_SiteConfig.pm RT_SITE_CONFIG_DIR=$dir/RT_SiteConfig.d
export PERL5LIB=/usr/share/request-tracker5/lib:/usr/local/share/request-tracker5/lib${PERL5LIB:+:$PERL5LIB}

case $command in
  start)
    install_packages
    [ -n "$port" ] || port=$(free_port)
    printf '%s\n' "workers=$workers" "timezone=$timezone" "bcrypt=$bcrypt" "markers=$markers" "tickets=$tickets" "assets=$assets" >"$dir/settings"
    write_config
    make_database
    serve
    cat "$dir/env" ;;
  stop) stop ;;
  reset) stop; rm -rf "$dir"/rtdb* "$dir"/snapshot-* "$dir/secrets" "$dir/session" "$dir/made" "$dir/env" ;;
  snapshot) snapshot "${2:?a name for the snapshot}" ;;
  restore) restore "${2:?the name of the snapshot}" ;;
  markers) rt_perl markers.pl "${2:?on or off}" ;;
  perf)
    restore seeded; serve
    python3 "$here/seed.py" --env "$dir/env" bulk --tickets "${2:-5000}" --assets "${3:-500}"
    snapshot perf ;;
esac
