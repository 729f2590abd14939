#!/usr/bin/env bash
# How much a struct of 30 metrics adds to a debug build whose dependencies are built: the compiler's processor
# time for a program with the struct and for one without, in turns, and the least of each. Processor time, since it is what
# a build takes on a machine that does nothing else, whatever others do on this one.
#
# Needs: a Rust toolchain. A minute from scratch. Fails if it is more than half a second; not in `.ci/run`, since it depends
# on the machine. `ci/build-time.sh 9` takes nine turns.
set -euo pipefail
cd "$(dirname "$0")/.."
turns=${1:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/build-time"
export CARGO_INCREMENTAL=0

mkdir -p "$folder/src"
cp Cargo.lock "$folder/"
cat >"$folder/Cargo.toml" <<TOML
[package]
name = "build-time"
version = "0.0.0"
edition = "2024"

[dependencies]
prom-client = { path = "$PWD/prom-client" }

[workspace]
TOML

# Ten histograms, ten families of counters, ten gauges.
program() {
    echo '#![allow(unused_imports)] use prom_client::{Counter, Family, Gauge, Histogram, LabelSet, Metrics, Registry};'
    echo '#[derive(LabelSet)] pub struct Labels { pub shard: u8, pub write: bool }'
    echo '#[derive(Metrics)]'
    echo '#[metrics(namespace = "shop", subsystem = "db")]'
    echo 'pub struct Many {'
    for i in $(seq 1 "$1"); do
        echo "    /// Metric number $i."
        case $((i % 3)) in
        0) echo "    #[metric(unit = seconds, buckets = exponential(0.001, 2.0, 14))] pub time_$i: Histogram," ;;
        1) echo "    #[metric(max_series = 100)] pub counted_$i: Family<Labels, Counter>," ;;
        2) echo "    pub shown_$i: Gauge," ;;
        esac
    done
    echo '}'
    echo 'fn main() { let _many = Many::register(&Registry::new()); }'
}

program 0 >"$folder/src/main.rs"
# What Cargo runs for the program itself, when all else is there.
command=$(cargo build --verbose --manifest-path "$folder/Cargo.toml" 2>&1 |
    sed -n 's/^ *Running `\(.*build_time.*\)`$/\1/p')
[ -n "$command" ]

# Milliseconds of processor time.
build() {
    program "$1" >"$folder/src/main.rs"
    local TIMEFORMAT='%U %S'
    { time (cd "$folder" && eval "$command" >/dev/null 2>&1); } 2>&1 |
        awk '{ printf "%d\n", ($1 + $2) * 1000 }'
}

fastest() { sort -n | head -n 1; }

for _ in $(seq "$turns"); do
    build 0 >>"$folder/without"
    build 30 >>"$folder/with"
done
without=$(fastest <"$folder/without")
with=$(fastest <"$folder/with")
echo "the compiler takes $without ms without the struct, $with ms with it: $((with - without)) ms more, at most 500"
[ $((with - without)) -le 500 ]
