#!/usr/bin/env bash
# All tests, by the command that the README gives, so that the two cannot differ.
#
# Needs: a Rust toolchain. What tests against real servers need comes from `ci/servers.sh`; without it
# they say what they skip, or fail if PROM_REQUIRE_SERVERS=1 is set.
set -euo pipefail
cd "$(dirname "$0")/.."

command=$(grep -E '^cargo test' README.md)
echo "+ $command"
$command
