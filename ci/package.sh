#!/usr/bin/env bash
# `cargo package` makes crates that build and have their papers.
#
# Needs: a Rust toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(prom-client prom-client-axum prom-client-actix prom-client-testkit)
for package in "${packages[@]}"; do
    files=$(cargo package -p "$package" --list --allow-dirty)
    for file in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
        grep -qx "$file" <<<"$files" || { echo "not in the package $package: $file"; exit 1; }
    done
done
# In one go, so that each finds the others where no registry has them yet.
# shellcheck disable=SC2046
cargo package --allow-dirty $(printf ' -p %s' "${packages[@]}")
