#!/usr/bin/env bash
# Shows that the loom models would notice: each line below weakens one ordering, or drops one fence or
# check, in a copy of the sources, and the model named must then fail. Takes a few minutes.
#
# Needs: perl. An argument runs only the weakenings whose name contains it.
set -euo pipefail
cd "$(dirname "$0")/.."
only=${1:-}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target/weakenings}"
export RUSTFLAGS="--cfg loom" LOOM_MAX_PREEMPTIONS="" RUST_BACKTRACE=0
tried=0 missed=0

# weaken NAME MODEL FILE PERL: PERL must change FILE, and MODEL must fail then.
weaken() {
    local name=$1 model=$2 file=$3 edit=$4
    [[ $name == *"$only"* ]] || return 0
    rm -rf "$copy/tree"
    mkdir "$copy/tree"
    git ls-files -z --cached --others --exclude-standard -- Cargo.toml Cargo.lock README.md prom-client examples benches |
        xargs -0 cp --parents -t "$copy/tree" 2>/dev/null || true
    local path=$copy/tree/prom-client/src/storage/$file
    cp "$path" "$copy/before"
    perl -0pi -e "$edit" "$path"
    if cmp -s "$path" "$copy/before"; then
        echo "weakening $name changes nothing: the code has moved on"
        missed=$((missed + 1))
        return 0
    fi
    if ! (cd "$copy/tree" && cargo test -q --release --lib -p prom-client --no-run >"$copy/log" 2>&1); then
        echo "weakening $name does not compile"
        tail -n 20 "$copy/log"
        missed=$((missed + 1))
        return 0
    fi
    tried=$((tried + 1))
    if (cd "$copy/tree" && timeout 300 cargo test -q --release --lib -p prom-client "$model" >"$copy/log" 2>&1); then
        echo "weakening $name: $model did NOT notice"
        missed=$((missed + 1))
    elif grep -qE 'panicked at' "$copy/log"; then
        echo "weakening $name: $model fails, as it should"
    else
        echo "weakening $name: $model did not end"
        missed=$((missed + 1))
    fi
}

one_life=models::cell::models_a_reading_is_of_one_life
adds=models::cell::models_adds_of_an_ended_life
set=models::cell::models_a_set_never_lands
large=models::cell::models_a_large_add_never_lands
weaken cell-start-fence "$one_life" cell.rs 's/(fn start.*?)fence\(Ordering::Release\);/$1/s'
weaken cell-read-fence "$one_life" cell.rs 's/(fn is_still.*?)fence\(Ordering::Acquire\);/$1/s'
weaken cell-read-recheck "$one_life" cell.rs 's/(fn is_still.*?)is_live\(shared, generation\)/$1true || is_live(shared, generation)/s'
weaken cell-begin-tag "$adds" cell.rs 's/(own\.word\(TAG\)\.store\(u64::from\(generation\), Ordering::)Release/$1Relaxed/'
weaken cell-read-tag "$adds" cell.rs 's/(fn read_own.*?Ordering::)Acquire/$1Relaxed/s'
weaken cell-begin-fence "$adds" cell.rs 's/(fn begin<.*?)fence\(Ordering::Release\);/$1/s'
weaken cell-announce-fence "$set" cell.rs 's/(fn announce.*?)fence\(Ordering::SeqCst\);/$1/s'
weaken cell-set-check "$set" cell.rs 's/if seen\.generation\(\) == generation \{\n        let private/if true {\n        let private/'
weaken cell-large-announcement "$large" cell.rs 's/(fn with_large.*?)hazard\.store\(announcement\(slot\), Ordering::Release\);/$1/s'
weaken cell-large-check "$large" cell.rs 's/(fn with_large.*?)if seen\.generation\(\) != generation/$1if false/s'

weaken cell-large-cas "$large" cell.rs 's/(seen\.warmed\(\)\.0,\s*Ordering::)AcqRel/$1Relaxed/'
weaken cell-large-clear "$large" cell.rs 's/hazard\.store\(0, Ordering::Release\)/hazard.store(0, Ordering::Relaxed)/'

readings=models::block::models_readings_are_prefixes
block_life=models::block::models_a_reading_is_of_one_life
shared=models::block::models_a_shared_block_is_exact
busy=models::block::models_a_busy_block
weaken block-sum "$readings" block.rs 's/(store\(sum\.to_bits\(\), Ordering::)Release/$1Relaxed/'
weaken block-head "$readings" block.rs 's/(word\(HEAD\)\.store\(next, Ordering::)Release/$1Relaxed/'
weaken block-bucket "$readings" block.rs 's/(wrapping_add\(1\), Ordering::)Release/$1Relaxed/'
weaken block-direct-head "$readings" block.rs 's/(fn read_direct.*?load\(Ordering::)Acquire/$1Relaxed/s'
weaken block-direct-fence "$readings" block.rs 's/(fn read_direct.*?)fence\(Ordering::Acquire\);/$1/s'
weaken block-direct-recheck "$readings" block.rs 's/block\.word\(HEAD\)\.load\(Ordering::Relaxed\) == head && totals/totals/'
weaken block-begin-tag "$block_life" block.rs 's/(own\.word\(TAG\)\.store\(u64::from\(generation\), Ordering::)Release/$1Relaxed/'
weaken block-begin-fence "$block_life" block.rs 's/(fn begin\(.*?)fence\(Ordering::Release\);/$1/s'
weaken block-answer-fence "$readings" block.rs 's/(fn answer.*?)fence\(Ordering::Release\);/$1/s'
weaken block-answer "$readings" block.rs 's/(store\(sequence \+ 2, Ordering::)Release/$1Relaxed/'
weaken block-take "$readings" block.rs 's/(fn take.*?sequence\.load\(Ordering::)Acquire/$1Relaxed/s'
weaken block-take-fence "$readings" block.rs 's/(fn take.*?)fence\(Ordering::Acquire\);/$1/s'
weaken block-lock "$shared" block.rs 's/(seen \| LOCKED, Ordering::)Acquire/$1Relaxed/'
weaken block-unlock "$shared" block.rs 's/(fetch_sub\(LOCKED, Ordering::)Release/$1Relaxed/'
weaken block-order "models::block::models_a_reading_is_a_prefix_also" ../storage/models/block.rs 's/(if block::is_private.*?return None;\n        \}\n)(.*?return None;\n        \}\n)/$2$1/s'
weaken block-busy "$busy" block.rs 's/ \|\| control & LOCKED != 0//'

record=models::record::models_a_reused_record
weaken record-publish "$record" map/record.rs 's/(fn publish.*?Ordering::)Release/$1Relaxed/s'
weaken record-life "$record" map/record.rs 's/(fn life.*?load\(Ordering::)Acquire/$1Relaxed/s'
weaken record-open-fence "$record" map/record.rs 's/(fn open.*?)fence\(Ordering::Release\);/$1/s'
weaken record-still-fence "$record" map/record.rs 's/(fn is_still.*?)fence\(Ordering::Acquire\);/$1/s'
weaken record-still-check "$record" map/record.rs 's/self\.0\[LIFE\]\.load\(Ordering::Relaxed\) == life\.to_bits\(\)/true || life.slot == 1/'

dense=models::dense::models_a_handle_from_the_array
weaken dense-keep "$dense" dense.rs 's/(to_bits\(\), Ordering::)Release/$1Relaxed/'
weaken dense-find "$dense" dense.rs 's/(load\(Ordering::)Acquire/$1Relaxed/'

whole=models::exemplar::models_an_exemplar_is_whole_and_counted
turns=models::exemplar::models_writers_take_turns
next=models::exemplar::models_an_exemplar_of_an_ended_life
weaken exemplar-fence "$whole" exemplar.rs 's/(fn write.*?)fence\(Ordering::Release\);/$1/s'
weaken exemplar-publish "$whole" exemplar.rs 's/(store\(seen \+ 2, Ordering::)Release/$1Relaxed/'
weaken exemplar-read "$whole" exemplar.rs 's/(fn attempt.*?sequence\.load\(Ordering::)Acquire/$1Relaxed/s'
weaken exemplar-read-fence "$whole" exemplar.rs 's/(fn attempt.*?)fence\(Ordering::Acquire\);/$1/s'
weaken exemplar-recheck "$whole" exemplar.rs 's/if self\.sequence\.load\(Ordering::Relaxed\) != seen/if false/'
weaken exemplar-odd "$turns" exemplar.rs 's/let free = seen & 1 == 0/let free = true/'
weaken exemplar-lock "$next" exemplar.rs 's/(seen \+ 1, Ordering::)Acquire/$1Relaxed/'
weaken exemplar-later-life "$next" exemplar.rs 's/if self\.generation\.load\(Ordering::Relaxed\) > u64::from\(generation\)/if false/'
weaken exemplar-life "$next" exemplar.rs 's/\(of == u64::from\(generation\)\)\.then_some\(kept\)/Some(kept)/'

echo "$tried weakenings tried, $missed missed"
[[ $missed -eq 0 && $tried -gt 0 ]]
