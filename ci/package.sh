#!/usr/bin/env bash
# `cargo package` makes crates that build and have their papers.
#
# Needs: a Rust toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

for package in prom-client prom-client-testkit; do
    files=$(cargo package -p "$package" --list --allow-dirty)
    for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
        grep -qx "$file" <<<"$files" || { echo "not in the package $package: $file"; exit 1; }
    done
    cargo package -p "$package" --allow-dirty
done
