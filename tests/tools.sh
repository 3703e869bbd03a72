# What the tests need beside the .NET SDK: one function each, a no-op where it is already present. Sourced by tests/run.
# Servers from npm live in PUBLISHER_TOOLS, outside the repository; the rest comes from Debian. Nothing of it ships.

PUBLISHER_TOOLS=${PUBLISHER_TOOLS:-$HOME/.cache/publisher-tests}
export PUBLISHER_TOOLS

_tools_say() { echo "tools: $*" >&2; }

_tools_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs Debian packages; the lists are fetched only where the first try fails.
_tools_apt() {
    _tools_say "installing $*"
    _tools_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return
    _tools_root apt-get update -q >/dev/null
    _tools_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

_tools_node() {
    command -v node >/dev/null && command -v npm >/dev/null || _tools_apt nodejs npm
}

# _tools_npm <folder> <package@version>: a package in its own folder, complete only once its marker stands.
_tools_npm() {
    _tools_node
    _tools_say "installing $2 from npm"
    mkdir -p "$PUBLISHER_TOOLS/$1"
    (
        cd "$PUBLISHER_TOOLS/$1"
        [ -f package.json ] || echo '{"private":true}' > package.json
        npm install "$2" --no-fund --no-audit --loglevel=error >npm.log 2>&1 || { tail -20 npm.log >&2; exit 1; }
    )
}

# The real Bluesky server. Its SQLite binding is native: where npm does not run install scripts, or another Node built it,
# it is built here.
install_pds() {
    [ -d "$PUBLISHER_TOOLS/pds/node_modules/@atproto/dev-env" ] || _tools_npm pds @atproto/dev-env@0.3.215 || return
    (
        cd "$PUBLISHER_TOOLS/pds"
        local check='const D = require("better-sqlite3"); new D(":memory:").close()'
        node -e "$check" 2>/dev/null && exit 0
        command -v g++ >/dev/null && command -v make >/dev/null && command -v python3 >/dev/null || _tools_apt g++ make python3
        local headers=/usr
        [ -f "$headers/include/node/node.h" ] || headers=
        _tools_say "building the database binding of the Bluesky server"
        npm rebuild better-sqlite3 --build-from-source --ignore-scripts=false ${headers:+--nodedir="$headers"} >rebuild.log 2>&1
        node -e "$check" || { tail -20 rebuild.log >&2; exit 1; }
    )
}

# Holds requests and answers against an OpenAPI description.
install_prism() {
    [ -x "$PUBLISHER_TOOLS/prism/node_modules/.bin/prism" ] || _tools_npm prism @stoplight/prism-cli@5.14.2
}

# A small server with Mastodon's API. Debian 12 has it in its backports: the suite is added beside the machine's own sources.
install_snac2() {
    command -v snac >/dev/null && return
    _tools_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends snac2 >/dev/null 2>&1 && return
    local suite list=/etc/apt/sources.list.d/publisher-backports
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        awk -v RS= -v suite="$suite" '$0 ~ "Suites: *" suite "( |\n|$)" { sub(/Suites:[^\n]*/, "Suites: " suite "-backports"); print; exit }' \
            /etc/apt/sources.list.d/debian.sources | _tools_root tee "$list.sources" >/dev/null
    else
        sed -nE "s/^(deb +(\[[^]]*\] +)?[^ ]+ +)$suite( .*)/\1$suite-backports\3/p" /etc/apt/sources.list | head -1 | _tools_root tee "$list.list" >/dev/null
    fi
    _tools_root apt-get update -q >/dev/null
    _tools_apt -t "$suite-backports" snac2
}

install_browser() {
    command -v chromium-headless-shell >/dev/null || _tools_apt chromium-headless-shell
}

install_postgres() {
    command -v psql >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || _tools_apt postgresql
}

install_ffmpeg() {
    command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null || _tools_apt ffmpeg
}
