#!/usr/bin/env bash
# Runs the fuzz targets of the test kit, each for this many seconds, or else for ten minutes.
#
# Needs: cargo-fuzz, and a compiler for C++. It begins with the seeds in `prom-client-testkit/fuzz/corpus`, if
# there are any, and leaves there what it finds worth keeping.
#
# Without sanitizers, which need a nightly compiler: there is no unsafe code that they could judge.
set -euo pipefail
cd "$(dirname "$0")/../prom-client-testkit"

for target in text openmetrics protobuf config relabel promql; do
    cargo fuzz run --sanitizer none "$target" -- -max_total_time="${1:-600}" -max_len=4096 -timeout=5
done
