#!/usr/bin/env bash
# How much longer a debug build takes for a struct of 30 metrics, when all dependencies are built: by
# building a program with the struct and one without, each several times, and taking the medians.
#
# Needs: a Rust toolchain. Half a minute from scratch. Fails if it is more than half a second; not in `.ci/run`, since it depends
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

# Ten of each kind, some of them families.
program() {
    echo 'use prom_client::{Counter, Family, Gauge, Histogram, LabelSet, Metrics, Registry};'
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

# Milliseconds of one build of the program alone.
build() {
    program "$1" >"$folder/src/main.rs"
    local before after
    before=$(date +%s%N)
    cargo build --quiet --offline --manifest-path "$folder/Cargo.toml"
    after=$(date +%s%N)
    echo $(((after - before) / 1000000))
}

median() { sort -n | sed -n "$(((turns + 1) / 2))p"; }

cargo build --quiet --manifest-path "$folder/Cargo.toml" 2>/dev/null || {
    program 0 >"$folder/src/main.rs"
    cargo build --quiet --manifest-path "$folder/Cargo.toml"
}
build 0 >/dev/null
for _ in $(seq "$turns"); do
    build 0 >>"$folder/without"
    build 30 >>"$folder/with"
done
without=$(median <"$folder/without")
with=$(median <"$folder/with")
echo "a debug build takes $without ms without the struct, $with ms with it: $((with - without)) ms more, at most 500"
[ $((with - without)) -le 500 ]
