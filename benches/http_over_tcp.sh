#!/usr/bin/env bash
# What a layer costs a server over TCP: requests per second, and the processor time that the server takes for one.
#
# The server has a processor for itself and wrk another, if there are two. Each round asks all of them, every other
# round in the opposite order; what is printed are medians over the rounds. `bare` is there twice: what the second
# differs from the first is noise, and so is as much of what the others differ. Processor time shows less of what
# else the machine does than requests per second.
#
# Needs: Linux, wrk, and a Rust toolchain. An argument is how many rounds, ten otherwise, of two seconds each.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-10}
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --profile bench -p prom-client-benches --bin serve
if [ "$(nproc)" -ge 2 ]; then
    asks='taskset -c 0' answers='taskset -c 1'
else
    asks='' answers=''
fi

# one FRAMEWORK LAYER: requests per second, and nanoseconds of the server's processor time for each
one() {
    local output address server before after
    output=$(mktemp)
    $answers "$target/release/serve" "$1" "$2" >"$output" 2>/dev/null &
    server=$!
    until address=$(grep -m1 http "$output"); do sleep 0.01; done
    $asks wrk -t1 -c32 -d1s "$address" >/dev/null
    before=$(busy "$server")
    $asks wrk -t1 -c32 -d2s "$address" >"$output"
    after=$(busy "$server")
    awk -v busy=$((after - before)) '
        /requests in/ { requests = $1 }
        /^Requests\/sec/ { print $2, busy / requests }' "$output"
    kill "$server"
    wait "$server" 2>/dev/null || true
    rm "$output"
}

# busy PROCESS: nanoseconds that its threads had a processor
busy() { cat "/proc/$1/task/"*/schedstat | awk '{ all += $1 } END { printf "%.0f", all }'; }

# compare FRAMEWORK LAYER..
compare() {
    local framework=$1 round layer order
    shift
    for ((round = 0; round < rounds; round++)); do
        order=$(printf '%s\n' "$@")
        ((round % 2)) && order=$(tac <<<"$order")
        for layer in $order; do
            echo "$layer $(one "$framework" "${layer%+}")"
        done
    done | sort -k1,1 -k2,2n | awk -v framework="$framework" -v layers="$*" '
        { n[$1]++; rate[$1, n[$1]] = $2; time[$1, n[$1]] = $3 }
        function middle(of, layer,    i, j, t, all) {
            for (i = 1; i <= n[layer]; i++) {
                t = of[layer, i]
                for (j = i; j > 1 && all[j - 1] > t; j--) all[j] = all[j - 1]
                all[j] = t
            }
            return all[int((n[layer] + 1) / 2)]
        }
        END {
            count = split(layers, layer, " ")
            for (i = 1; i <= count; i++) {
                r = middle(rate, layer[i]); t = middle(time, layer[i])
                if (i == 1) { r0 = r; t0 = t }
                printf "| %s | %s | %.0f | %.3f | %.0f | %.3f |\n", framework, layer[i], r, r / r0, t, t / t0
            }
        }'
}

echo '| server | layer | requests/s | of bare | ns for a request | of bare |'
echo '|---|---|--:|--:|--:|--:|'
compare axum bare bare+ ours axum-metrics axum-prometheus
compare actix bare bare+ ours actix-web-prom
