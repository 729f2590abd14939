#!/usr/bin/env bash
# The loom models of the lock-free protocols: every schedule within the bounds that they state.
#
# Needs: a Rust toolchain. Some minutes. `ci/loom.sh NAME` runs the models whose names have NAME.
#
# It builds apart, since `--cfg loom` changes every crate.
set -euo pipefail
cd "$(dirname "$0")/.."

export RUSTFLAGS="--cfg loom"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom"
cargo test --release --lib -p prom-client "${1:-models}"
