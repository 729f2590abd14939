#!/usr/bin/env bash
# The numbers of crates in the README's table of features are what its command prints, and within budget.
#
# Needs: a Rust toolchain on Linux.
set -euo pipefail
cd "$(dirname "$0")/.."

wrong=0
count() { # the first cell of the README's row, the budget, the features
    local row=$1 budget=$2 in_readme counted
    shift 2
    counted=$(cargo tree -p prom-client -e normal --no-dedupe --prefix none "$@" | sort -u | wc -l)
    in_readme=$(grep -F "| $row |" README.md | awk -F'|' '{ print $(NF - 1) + 0 }')
    echo "$row: $counted crates; $in_readme in the README; at most $budget"
    [ "$counted" = "$in_readme" ] && [ "$counted" -le "$budget" ] || wrong=1
}

count 'none' 12 --no-default-features
count '`derive`' 18 --no-default-features --features derive
count '`derive`, `statics`, `process` (default)' 18
count 'default and `exporter`' 40 --features exporter
count 'default and `protobuf`' 24 --features protobuf
count 'default and `openmetrics2`' 18 --features openmetrics2
count 'default and `gzip`' 24 --features gzip
count 'default and `zstd`' 22 --features zstd
count 'default and `http`' 22 --features http
exit $wrong
