#!/usr/bin/env bash
# The tarball, installed in an empty folder without optional packages and without install scripts, runs a session.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
tarball=$(npm pack --silent --pack-destination "$folder" | tail -n 1)
cd "$folder"
printf '{"private":true}\n' >package.json
npm install --silent --no-audit --no-fund --omit=optional --ignore-scripts "./$tarball"
[ ! -e node_modules/@abandonware/noble ] || { echo 'optional packages were installed all the same'; exit 1; }
export LASERBELT_HOME="$folder/home"
./node_modules/.bin/laserbelt start --sim --speed 100 --yes --json | tail -n 1 | tee last-line
grep -q '"event":"session.outcome","outcome":"completed"' last-line || grep -q '"outcome":"completed".*"exitCode":0' last-line
node --input-type=module -e "import * as laserbelt from 'laserbelt'; if (typeof laserbelt.createSession !== 'function') process.exit(1)"
echo 'packed tool: a whole session, and the library can be imported'
