#!/usr/bin/env bash
# The commands of this repository. This file checks what is needed and names what is missing; the work is in xtask, once for every platform.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
usage: ./build.sh <word>

  demo      build in release, then run 40 scripts in 40 processes against the embedded simulator; the first time some minutes
  test      run every layer of tests this machine can run; names what it leaves out and why
  build     build everything in release and pack the module into output/Tollgate/<version>
  package   build for every runtime this machine has a toolchain for, say which are left out, pack them all into one
            folder and into output/Tollgate[.Az].<version>.nupkg for the PowerShell Gallery
              --natives DIR   take the libraries that lie ready as DIR/<runtime>/<file>; DIR is a full path or below this folder
              --release       fail instead of leaving one out
  clean     remove output/, target/ and the folders .NET builds into

Needs cargo 1.89 or later, a C compiler and the .NET SDK 10, or 8 to build and to pack. The demo and the tests run in the PowerShell
that TOLLGATE_PWSH names, else in the pwsh on PATH, else in one from NuGet, which takes the .NET SDK 10.
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

# The programs that do the work, all in one go: each by itself would have some of the same crates compiled again.
tools=(--package xtask --package imds-sim --package arm-sim --package bench)

case "${1:-}" in
  demo | test | build | package)
    check
    if [ "$1" = demo ]; then
      cat <<'TEXT'
Forty scripts, each in a PowerShell of its own, ask for a token at the same instant. They meet a simulated metadata service that
refuses what the real one refuses: more than 20 requests a second, more than 5 at a time. You see how each of them fared.
First the tools are compiled, then the library and the assemblies: up to five minutes the first time, seconds after that.

TEXT
    fi
    # Where the public registry is out of reach, a copy may lie beside the repository; its script does nothing elsewhere.
    if [ -x ../shared/offline-crates ]; then ../shared/offline-crates >&2; fi
    target=${CARGO_TARGET_DIR:-target}
    cargo build --locked --profile tools --target-dir "$target" "${tools[@]}"
    exec "$target/tools/xtask" "$@" ;;
  clean) clean ;;
  '' | help | -h | --help) usage ;;
  *) echo "unknown word: $1" >&2; usage >&2; exit 2 ;;
esac
