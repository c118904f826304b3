#!/usr/bin/env bash
# Makes the certificates of the TLS tests again: a private CA, a good server, an expired one, one for another name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/ca.cnf" <<CNF
[ca]
default_ca = own
[own]
database = $work/index
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = any
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
CNF
: >"$work/index"
echo 01 >"$work/serial"
key() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt >"$1"; }
issue() { # FILE REQUEST FROM TO ARGUMENTS…
  openssl ca -batch -notext -config "$work/ca.cnf" -keyfile "$work/ca.key" -in "$2" -out "$1" \
    -startdate "$3" -enddate "$4" "${@:5}" 2>/dev/null
}
key "$work/ca.key"
openssl req -new -key "$work/ca.key" -subj "/CN=Vagt test CA" -out "$work/ca.csr"
issue ca.pem "$work/ca.csr" 20200101000000Z 21200101000000Z -selfsign -extensions root
key server.key
sign() { # FILE ALTERNATIVE-NAMES FROM TO
  openssl req -new -key server.key -subj "/CN=$1" -out "$work/server.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$2" >"$work/names"
  issue "$1" "$work/server.csr" "$3" "$4" -cert ca.pem -extfile "$work/names"
}
sign good.pem DNS:localhost,IP:127.0.0.1 20200101000000Z 21200101000000Z
sign expired.pem DNS:localhost,IP:127.0.0.1 20200101000000Z 20210101000000Z
sign other-name.pem DNS:desk.example.org 20200101000000Z 21200101000000Z
