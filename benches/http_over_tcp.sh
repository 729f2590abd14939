#!/usr/bin/env bash
# Requests per second over TCP, with the layer and without, in turns; medians, and their ratio.
#
# Needs: wrk, and a Rust toolchain. An argument is how many rounds, five otherwise, of three seconds each.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --profile bench -p prom-client-benches --bin serve

# one FRAMEWORK LAYER: requests per second
one() {
    local output address
    output=$(mktemp)
    "$target/release/serve" "$1" "$2" >"$output" &
    local server=$!
    until address=$(grep -m1 http "$output"); do :; done
    wrk -t1 -c32 -d1s "$address" >/dev/null
    wrk -t1 -c32 -d3s "$address" | awk '/^Requests\/sec/ { print $2 }'
    kill "$server"
    wait "$server" 2>/dev/null || true
    rm "$output"
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for framework in axum actix; do
    bare='' ours=''
    for ((round = 0; round < rounds; round++)); do
        bare+=$(one "$framework" bare)$'\n'
        ours+=$(one "$framework" ours)$'\n'
    done
    bare=$(printf '%s' "$bare" | median) ours=$(printf '%s' "$ours" | median)
    awk -v f="$framework" -v b="$bare" -v o="$ours" \
        'BEGIN { printf "%s: %.0f requests/s without, %.0f with the layer, %.3f\n", f, b, o, o / b }'
done
