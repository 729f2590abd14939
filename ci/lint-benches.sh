#!/usr/bin/env bash
# Clippy on the benches, with every warning an error, and the tests of their harness.
#
# Needs: a Rust toolchain with clippy. Some minutes from scratch, since it builds the rivals.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo clippy -p prom-client-benches --all-targets -- -D warnings
cargo test -p prom-client-benches --lib --bins
