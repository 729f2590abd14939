#!/usr/bin/env bash
# `cargo package` makes a crate that builds and has its papers.
#
# Needs: a Rust toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

files=$(cargo package -p prom-client --list --allow-dirty)
for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
    grep -qx "$file" <<<"$files" || { echo "not in the package: $file"; exit 1; }
done
cargo package -p prom-client --allow-dirty
