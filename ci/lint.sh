#!/usr/bin/env bash
# Formatting, clippy and the documentation, with every warning an error.
#
# Needs: a Rust toolchain with rustfmt and clippy. About two minutes from scratch.
#
# There is no job with the oldest compiler that we support: clippy's `incompatible_msrv`, on for the
# whole workspace, refuses what the standard library got after the `rust-version` of the manifests.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --all --check
# Without the benches, which build the rivals: `ci/lint-benches.sh`.
cargo clippy --workspace --exclude prom-client-benches --all-targets --all-features -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude prom-client-benches --all-features --no-deps
