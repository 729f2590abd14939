#!/usr/bin/env bash
# `cargo package` makes crates that build and have their papers.
#
# Needs: a Rust toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(prom-client-derive prom-client prom-client-axum prom-client-actix prom-client-testkit)
for package in "${packages[@]}"; do
    files=$(cargo package -p "$package" --list --allow-dirty)
    for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
        grep -qx "$file" <<<"$files" || { echo "not in the package $package: $file"; exit 1; }
    done
done
# In one go, since one depends on another that is not published yet.
cargo package "${packages[@]/#/--package=}" --allow-dirty
