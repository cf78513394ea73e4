#!/usr/bin/env bash
# The commands of this repository. This file checks what is needed and names what is missing; the work is in xtask, once for every platform.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
usage: ./build.sh <word>

  demo      build in release, then run 40 scripts in 40 processes against the embedded simulator
  test      run every layer of tests this machine can run; names what it leaves out and why
  build     build everything in release and pack the module into output/Tollgate/<version>
  package   build for every runtime this machine has a toolchain for, say which are left out, pack them all into one
            folder and into output/Tollgate[.Az].<version>.nupkg for the PowerShell Gallery
              --natives DIR   take the libraries that lie ready as DIR/<runtime>/<file>; DIR is a full path or below this folder
              --release       fail instead of leaving one out
  clean     remove output/, target/ and the folders .NET builds into

Needs cargo 1.89 or later, a C compiler and the .NET SDK 8 or later. Without PowerShell it leaves out what needs one, and says so.
TEXT
}

# at_least 1.95.0 1.89: is the first version the second or later?
at_least() {
  local have_major have_minor
  IFS=. read -r have_major have_minor _ <<<"$1"
  [ "$have_major" -gt "${2%.*}" ] || { [ "$have_major" -eq "${2%.*}" ] && [ "${have_minor:-0}" -ge "${2#*.}" ]; }
}

install_compiler() {
  if [ "$(uname -s)" = Darwin ]; then echo "xcode-select --install"
  elif command -v apt-get >/dev/null; then echo "sudo apt-get install build-essential"
  elif command -v dnf >/dev/null; then echo "sudo dnf install gcc"
  elif command -v apk >/dev/null; then echo "sudo apk add build-base"
  else echo "your system's package of gcc or clang"
  fi
}

check() {
  local missing=0 found
  if found=$(cargo --version 2>/dev/null); then
    found=${found#cargo }
    at_least "${found%% *}" 1.89 || { echo "cargo ${found%% *} is too old, 1.89 is needed: rustup update stable" >&2; missing=1; }
  else
    echo "cargo is missing: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh" >&2; missing=1
  fi
  if ! command -v "${CC:-cc}" >/dev/null; then
    echo "a C compiler is missing: $(install_compiler)" >&2; missing=1
  fi
  if found=$(dotnet --version 2>/dev/null); then
    at_least "$found" 8.0 || { echo "the .NET SDK $found is too old, 8 is needed: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" >&2; missing=1; }
  else
    echo "the .NET SDK is missing: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0" >&2; missing=1
  fi
  return "$missing"
}

clean() {
  rm -rf output "${CARGO_TARGET_DIR:-target}"
  local project
  for project in interop/*/*.csproj tests/*/*.csproj tests/*/*/*.csproj; do
    [ -e "$project" ] && rm -rf "$(dirname "$project")/bin" "$(dirname "$project")/obj"
  done
  return 0
}

case "${1:-}" in
  demo | test | build | package)
    check
    # Where the public registry is out of reach, a copy may lie beside the repository; its script does nothing elsewhere.
    if [ -x ../shared/offline-crates ]; then ../shared/offline-crates >&2; fi
    exec cargo run --quiet --package xtask --release -- "$@" ;;
  clean) clean ;;
  '' | help | -h | --help) usage ;;
  *) echo "unknown word: $1" >&2; usage >&2; exit 2 ;;
esac
