#!/bin/sh
# Checks the two models of the protocol with spin, exhaustively: lease, pause, stop, presence, reboot and reconnect
# (protocol/lease.pml), and the sealed wire: pairing, session set-up, keys, counters (protocol/sealed.pml).
# Prints one line per check with its count of states. A mutation must be caught: no error there is a failure here.
# Needs spin and a C compiler (Debian: spin, gcc).
set -u
protocol=$(cd "$(dirname "$0")/../../protocol" && pwd)
model=$protocol/lease.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
passed=0
stored=0

for tool in spin gcc; do
  command -v "$tool" >/dev/null || { echo "model: $tool is missing (Debian: apt-get install spin gcc)" >&2; exit 2; }
done

# run NAME holds|breaks PAN_OPTIONS SPIN_DEFINES...
run() {
  name=$1 expected=$2 options=$3
  shift 3
  safety=-DSAFETY
  [ "$options" = -a ] && safety=
  # What breaks, breaks early: there the compiler is the slow part.
  level=-O2
  [ "$expected" = breaks ] && level=-O0
  (
    cd "$work" && rm -f pan* ./*.trail
    spin -a "$@" "$model" >spin.log 2>&1 || { cat spin.log >&2; exit 1; }
    # No bit state, no hash compaction; COLLAPSE is lossless.
    gcc $level -w -DCOLLAPSE -DMEMLIM=1900 $safety -o pan pan.c || exit 1
    ./pan $options -m4000000 -w22 >pan.log 2>&1
  ) || { echo "FAIL $name: the model did not build or run"; failed=$((failed + 1)); return; }
  log=$work/pan.log
  states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' "$log" | head -1)
  errors=$(sed -n 's/.*errors: \([0-9]*\).*/\1/p' "$log" | head -1)
  # Spin writes large counts as 1.2e+07.
  stored=$(awk -v sum="$stored" -v more="${states:-0}" 'BEGIN { printf "%d", sum + more }')
  seconds=$(sed -n 's/^pan: elapsed time \([0-9.]*\).*/\1/p' "$log")
  result=holds
  [ "${errors:-x}" = 0 ] || result=breaks
  # An aborted or partial search has shown nothing, whichever way it ended.
  if [ -z "$errors" ] || { [ "$result" = holds ] && grep -qE 'Search not completed|max search depth|out of memory|aborting|truncated' "$log"; }; then
    result=incomplete
  fi
  if [ "$result" = "$expected" ]; then
    verdict=ok passed=$((passed + 1))
  else
    verdict=FAIL failed=$((failed + 1))
    tail -30 "$log" >&2
  fi
  found=$(sed -n 's/^pan:1: \(.*\) (at depth.*/\1/p' "$log" | head -1)
  echo "$verdict $name: $result, ${states:-?} states, ${seconds:-?} s${found:+ ($found)}"
}

run 'light needs a live lease of this epoch, for one TTL at most, and a person after every loss' holds ''
run 'every session completes while at most two ticks in a row are lost' holds -a -DPROGRESS
run 'a visit: a yes for each block, dark after the last sign of the person, and an end even if they walk off' holds -a -DPROGRESS -DVISIT

for mutation in TTL_FROM_ARRIVAL REPLAY_EXTENDS EPOCH_IGNORED ARM_TICK_IGNORED RESUME_ANY_EPOCH RESUME_KEEPS_END \
  NONCE_KEPT EXPIRY_NOT_LATCHED STOP_ONLY_PAUSES STOP_KEEPS_PREPARED LINK_LOSS_IGNORED REBOOT_KEEPS_SESSION; do
  run "mutation $mutation is caught" breaks '' "-DMUT_$mutation"
done
for mutation in PRESENCE_IGNORED YES_FOR_ALL_BLOCKS PAUSE_WITHOUT_END; do
  run "mutation $mutation is caught" breaks -a -DPROGRESS -DVISIT "-DMUT_$mutation"
done
run 'three ticks in a row are too many' breaks -a -DPROGRESS -DLOSS=3
run 'a TTL of three ticks is too short' breaks -a -DPROGRESS -DTTL=3

model=$protocol/sealed.pml
# Everything that keys, connections and boots can do, with leases of one tick; then everything that frames can do.
keys='-DKEYS=2 -DBOOTS=2 -DTTL=1 -DGONE=1 -DRESUMES=0'
frames='-DKEYS=1 -DBOOTS=1'
# shellcheck disable=SC2086 # they are lists
{
  run 'keys: light on a paired belt only from who holds the key that stands, in its own exchange and boot' holds -E $keys
  run 'frames: nothing replayed, reflected, spliced or in the open lights or prolongs; STOP is open to everybody' holds -E $frames
  run 'counters: each frame counts once and in its direction, and none that was only overtaken is lost' holds -E -DENVELOPE
  for mutation in OLD_KEYS_KEPT OLD_LINKS_KEPT PAIRING_REPLACES_AT_ONCE WINDOW_IGNORED PAIRS_WHILE_LIT BOOT_EPOCH_UNBOUND OFFER_UNBOUND; do
    run "mutation $mutation is caught" breaks -E $keys "-DMUT_$mutation"
  done
  for mutation in DOWNGRADE_TO_PLAIN REFLECTION_ACCEPTED KEYS_OF_LINKS_SHARED OWNER_IGNORED STOP_NEEDS_KEY STOP_KEEPS_PREPARED LINK_LOSS_KEEPS_SESSION; do
    run "mutation $mutation is caught" breaks -E $frames "-DMUT_$mutation"
  done
  for mutation in COUNTER_NOT_CHECKED ONE_LINE_FOR_ALL_TYPES WINDOW_NOT_CHECKED LOW_HALF_ALONE DIRECTIONS_SHARE_A_KEY; do
    run "mutation $mutation is caught" breaks -E -DENVELOPE "-DMUT_$mutation"
  done
}

echo "states: $stored"
echo "model: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
