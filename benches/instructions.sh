#!/usr/bin/env bash
# How many instructions an update takes here and at another commit, counted and not timed: the same on every
# run, whatever else the machine does. What this prints twice is what a program that asks for nothing new pays
# for what was added since.
#
#     benches/instructions.sh COMMIT
#
# Needs: valgrind.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:?usage: benches/instructions.sh COMMIT}
work=$(mktemp -d)
trap 'git worktree remove --force "$work/then"; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/then" "$commit"

# build NAME CHECKOUT
build() {
    mkdir -p "$work/$1/src"
    cp benches/instructions.rs "$work/$1/src/main.rs"
    cat >"$work/$1/Cargo.toml" <<MANIFEST
[package]
name = "instructions"
edition = "2024"
[dependencies]
prom-client = { path = "$2/prom-client" }
[profile.release]
lto = "thin"
codegen-units = 1
[workspace]
MANIFEST
    (cd "$work/$1" && cargo build --quiet --release --target-dir "$work/target-$1")
}

# count NAME ROW TIMES
count() {
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
        "$work/target-$1/release/instructions" "$2" "$3" 2>&1 |
        sed -n 's/.*I *refs: *//p' | tr -d ,
}

# each NAME ROW: of one update, from the difference between many and twice as many.
each() {
    awk -v once="$(count "$1" "$2" 100000)" -v twice="$(count "$1" "$2" 200000)" \
        'BEGIN { printf "%.1f", (twice - once) / 100000 }'
}

build before "$work/then"
build now "$PWD"
echo "| row | $commit | now |"
echo "|---|--:|--:|"
for row in counter_inc counter_float gauge_track gauge_set gauge_add histogram_observe family_inc_100 family_observe_100 series_new; do
    echo "| $row | $(each before $row) | $(each now $row) |"
done
