#!/bin/sh
# Sends what lies in Gantry's outbox to an archive, with curl (STOW-RS), and moves what it acknowledged from
# REPORTS/outbox to REPORTS/sent.
#
# Usage: send-stow.sh REPORTS URL [CURL_CONFIG]
#
# URL is that of the DICOMweb service, without `/studies`. CURL_CONFIG is a file of curl's (curl --config), for what is
# asked for there: user, certificate, proxy. In a command line everyone could see it.
set -eu
me=send-stow
. "$(dirname "$0")/outbox.sh"
[ $# -ge 2 ] && [ $# -le 3 ] || fail 64 "usage: send-stow.sh REPORTS URL [CURL_CONFIG]"
url=${2%/} config=${3:-/dev/null}
target=$url
[ -r "$config" ] || fail 66 "cannot read $config."
command -v curl >/dev/null 2>&1 || fail 69 "curl is not installed: apt-get install curl"

ask() { # SECONDS OPTION...: prints the HTTP status, keeps the answer
    seconds=$1
    shift
    curl --config "$config" --silent --show-error --connect-timeout 20 --max-time "$seconds" \
        --output "$sending/.answer" --write-out '%{http_code}' --header 'Accept: application/dicom+json' "$@"
}

# A service that stores need not search: what counts is that it answers and lets us in.
reachable() {
    status=$(ask 60 "$url/studies?limit=1") || return 1
    case $status in 401 | 403 | 407 | 5??) echo "HTTP status $status for $url/studies?limit=1"; return 1 ;; esac
}

# One object a request: what is said of the request is said of the object. It is stored where the status is 200 or 202
# and the answer names it among what was stored, not among what failed (PS3.18 10.5.3, table I.2-2).
send() {
    # The digest of the object cannot stand in the object.
    boundary=$(digest "$1")
    {
        printf -- '--%s\r\nContent-Type: application/dicom\r\n\r\n' "$boundary"
        cat "$1"
        printf '\r\n--%s--\r\n' "$boundary"
    } >"$sending/.body"
    status=$(ask 300 --data-binary "@$sending/.body" \
        --header "Content-Type: multipart/related; type=\"application/dicom\"; boundary=$boundary" "$url/studies") \
        || return 1
    said=$(head -c 500 "$sending/.answer" | tr -s ' \r\n' ' ')
    uid=$(sed -n 's/^  "sopInstanceUID" *: *"\([0-9.]*\)".*/\1/p' "$2")
    case $status in
    200 | 202)
        # 0008,1198 is Failed SOP Sequence, 0008,1199 Referenced SOP Sequence.
        if tr -d ' \r\n' <"$sending/.answer" | grep -q '"00081198":{[^}]*"Value":\[{' ; then
            echo "HTTP status $status: $said"
            return 1
        fi
        grep -q "\"$uid\"" "$sending/.answer" || { echo "HTTP status $status, without $uid among what was stored"; return 1; }
        ;;
    *)
        echo "HTTP status $status: $said"
        return 1
        ;;
    esac
}

empty_outbox "$1"
