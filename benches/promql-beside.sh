#!/usr/bin/env bash
# The kit's engine and a real Prometheus on the same samples and queries in one run: medians, and their ratio.
# The server evaluates on one core, as the engine does.
#
# Needs: prometheus and promtool, on the path or as PROMETHEUS and PROMTOOL.
set -euo pipefail
cd "$(dirname "$0")/.."

prometheus=${PROMETHEUS:-prometheus}
promtool=${PROMTOOL:-promtool}
address=127.0.0.1:${PORT:-19090}

cargo build --quiet --release -p prom-client-benches --bin promql_beside
program=${CARGO_TARGET_DIR:-target}/release/promql_beside

folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$folder"' EXIT
"$program" samples >"$folder/samples"
"$promtool" tsdb create-blocks-from openmetrics "$folder/samples" "$folder/data" >"$folder/blocks.log"
rm "$folder/samples"
: >"$folder/prometheus.yml"
GOMAXPROCS=1 "$prometheus" --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
    --storage.tsdb.retention.time=100y --web.listen-address="$address" 2>"$folder/log" &
server=$!
until curl -fs "http://$address/-/ready" >/dev/null; do
    kill -0 "$server" || { cat "$folder/log"; exit 1; }
    sleep 0.2
done
"$prometheus" --version 2>&1 | head -1
"$program" ask "$address"
