#!/usr/bin/env bash
# The errors of the macros, word for word, on one toolchain: other compilers say things in other words.
#
# Needs: rustup, which gets the toolchain if it is not there. Two minutes from scratch.
set -euo pipefail
cd "$(dirname "$0")/.."

toolchain=1.95.0
cargo +"$toolchain" test -p prom-client-derive --test ui -- --nocapture
