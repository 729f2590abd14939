#!/usr/bin/env bash
# prom-client compiles without warnings with no feature, with each one alone, and with all.
#
# Needs: a Rust toolchain with clippy. A minute from scratch.
#
# Only the library: development dependencies would turn features of others on that it then lacks.
set -euo pipefail
cd "$(dirname "$0")/.."

check() {
    echo "+ features: ${*:-none}"
    cargo clippy --quiet -p prom-client --lib --no-default-features "$@" -- -D warnings
}

# The names before `=` in the table `[features]`.
features=$(awk '/^\[/ { inside = $0 == "[features]" } inside && /^[a-z]/ { print $1 }' prom-client/Cargo.toml)
[ -n "$features" ]

check
for feature in $features; do
    check --features "$feature"
done
check --all-features
