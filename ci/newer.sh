#!/usr/bin/env bash
# Gets the Prometheus of Debian unstable, newer than the one that is installed, for the tests that ask it too. It is only
# unpacked, into `target/newer`: neither the system nor what its package manager knows is touched.
#
# Needs: Debian, with its packages in reach. Source it, so that the tests find the program by PROM_NEWER:
#
#     . ci/newer.sh
#
# Where it cannot be had, it says so, and the tests skip what they would ask it.

_prom_newer() {
    local root folder program keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || return
    folder="${CARGO_TARGET_DIR:-$root/target}/newer"
    mkdir -p "$folder/lists/partial" "$folder/archives/partial" || return
    # Absolute, since tests run in other folders.
    folder=$(cd "$folder" && pwd) || return
    program="$folder/root/usr/bin/prometheus"
    if ! "$program" --version >/dev/null 2>&1; then
        # From where this machine gets its packages.
        local mirror
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' |
            grep -m 1 -E '/debian/?$') || return
        echo "deb [signed-by=$keyring] $mirror sid main" >"$folder/sources.list"
        : >"$folder/status"
        local options=(
            -o "Dir::State=$folder"
            -o "Dir::State::lists=$folder/lists"
            -o "Dir::State::status=$folder/status"
            -o "Dir::Cache=$folder"
            -o "Dir::Etc::sourcelist=$folder/sources.list"
            -o "Dir::Etc::sourceparts=-"
            -o "APT::Sandbox::User="
            # A mirror that does not answer is one that cannot be had.
            -o "Acquire::http::Timeout=20"
            -o "Acquire::Retries=1"
        )
        apt-get "${options[@]}" -qq update || return
        (cd "$folder" && apt-get "${options[@]}" -qq download prometheus) || return
        dpkg --extract "$folder"/prometheus_*.deb "$folder/root" || return
        rm "$folder"/prometheus_*.deb
    fi
    "$program" --version >/dev/null 2>&1 || return
    export PROM_NEWER="$program"
    echo "PROM_NEWER=$PROM_NEWER"
}
_prom_newer || echo "no newer Prometheus can be had: tests of it are skipped"
