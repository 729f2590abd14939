#!/usr/bin/env bash
# Each crate compiles without warnings with no feature, with each one alone, and with all.
#
# Needs: a Rust toolchain with clippy. A minute from scratch.
#
# First libraries and commands alone: development dependencies would turn features of others on that they then lack.
# Then the tests of the core as `cargo test` finds them in its folder, and with no feature.
set -euo pipefail
cd "$(dirname "$0")/.."

check() {
    local package=$1 targets=$2
    shift 2
    echo "+ $package, features: ${*:-none}"
    # shellcheck disable=SC2086
    cargo clippy --quiet -p "$package" $targets --no-default-features "$@" -- -D warnings
}

check_all() {
    local features feature
    # The names before `=` in the table `[features]`.
    features=$(awk '/^\[/ { inside = $0 == "[features]" } inside && /^[a-z]/ { print $1 }' "$1/Cargo.toml")
    [ -n "$features" ]

    check "$1" "$2"
    for feature in $features; do
        check "$1" "$2" --features "$feature"
    done
    check "$1" "$2" --all-features
}

check_all prom-client --lib
check prom-client-derive --lib
check_all prom-client-axum --lib
check_all prom-client-actix --lib
check_all prom-client-testkit "--lib --bins"
check prom-client --tests
check prom-client --tests --features default
