#!/usr/bin/env bash
# Installs what the tests against real servers use: Prometheus, promtool, VictoriaMetrics, and Prometheus' library for
# Python, which has the strict reader of OpenMetrics.
#
# Needs: Debian, and root for what is not installed yet. Python's library goes into `target/python`.
# Source it, so that the tests find that Python by PROM_PYTHON:
#
#     . ci/servers.sh

_prom_servers() {
    local root venv
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || return
    venv="${CARGO_TARGET_DIR:-$root/target}/python"
    if ! command -v prometheus || ! command -v promtool || ! command -v victoria-metrics ||
        ! python3 -c 'import ensurepip'; then
        apt-get update || return
        DEBIAN_FRONTEND=noninteractive apt-get install -y prometheus victoria-metrics python3 python3-venv || return
    fi
    if ! "$venv/bin/python" -c 'import prometheus_client' 2>/dev/null; then
        python3 -m venv "$venv" || return
        "$venv/bin/pip" install --quiet prometheus_client || return
    fi
    export PROM_PYTHON="$venv/bin/python"
    echo "PROM_PYTHON=$PROM_PYTHON"
}
_prom_servers
