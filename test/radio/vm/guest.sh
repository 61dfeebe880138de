#!/usr/bin/env bash
# Runs as the first process inside the virtual machine, on the host's own root (read-only below a tmpfs): joins two virtual
# adapters, serves a simulated belt on one, pairs with it and treats with it over the other. It only records; judge.ts judges
# on the host.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
# Both programs take the adapter for themselves: in the kernel's shared mode noble waits here for an extended advert that
# btvirt never sends.
export HCI_CHANNEL_USER=1
ADDRESS=ble:00aa01010001
BELT=radio
LABEL=RADI-OLAB-RADI-OLAB-RADI-OLAB-RA
SCENARIO_BOUND_S=45

mount -t tmpfs tmpfs /run
scratch=$(mktemp -d)
ln -sfn /proc/self/fd /dev/fd
ip link set lo up
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
for word in $(cat /proc/cmdline); do
  case $word in
    lab.kernel=*) kernel=${word#lab.kernel=} ;;
    lab.scenarios=*) scenarios=${word#lab.scenarios=} ;;
    lab.node=*) PATH=${word#lab.node=}:$PATH ;;
  esac
done

say() { local up; read -r up _ </proc/uptime; echo "lab $up s: $*"; }
# The guest's monotonic clock, as the belt's truth file has it, to 10 ms.
mark() { local up; read -r up _ </proc/uptime; echo "{\"event\":\"$1\",\"hostMs\":${up/./}0${2:+,$2}}" >>"$out/marks.jsonl"; }
# await <tenths of a second> <command…>: polls, bounded.
await() { local left=$1; shift; until "$@"; do [ $((left -= 1)) -gt 0 ] || return 1; sleep 0.1; done; }

join_adapters() {
  local module
  for module in hci_vhci algif_hash algif_skcipher cmac ecb aes_generic; do modprobe -d "$kernel" "$module"; done
  btvirt -l2 >/lab/btvirt.log 2>&1 &
  await 100 test -e /sys/class/bluetooth/hci1 || { say 'no virtual adapters'; poweroff -f; }
  btmon -w /lab/trace.btsnoop >/dev/null 2>&1 &
}

laserbelt() { timeout "$SCENARIO_BOUND_S" node "$bundle/laserbelt.js" "$@"; }
has_ended() { ! kill -0 "$1" 2>/dev/null; }
is_served() { grep -q '^Serving' "$out/serve.log"; }
has_lit() { grep -q '"emission":true' "$truth" 2>/dev/null; }

serve_belt() {
  truth=$scratch/$1.truth.jsonl
  BLENO_HCI_DEVICE_ID=1 node "$bundle/laserbelt.js" sim serve --ble --label "$LABEL" --truth "$truth" >"$out/serve.log" 2>&1 &
  belt_pid=$!
  await 300 eval 'is_served || has_ended "$belt_pid"'
  is_served || { say "the belt of $1 does not serve"; return 1; }
}
# Once for each belt: its keys live as long as its process. The key is recorded so that judge.ts can look for it.
pair_belt() {
  local status=0
  NOBLE_HCI_DEVICE_ID=0 laserbelt pair "$ADDRESS" --label "$LABEL" --name "$BELT" >"$out/pair.log" 2>&1 || status=$?
  mark paired "\"exitCode\":$status"
  find "$LASERBELT_HOME" -name '*.key' -exec cp {} "$out/key.json" \;
  [ "$status" = 0 ] || { say "pairing for $1 exits $status"; return 1; }
}
# `exec` inside, so that the id is the controller's own and a signal meets nothing else.
start_session() {
  (NOBLE_HCI_DEVICE_ID=0 exec node "$bundle/laserbelt.js" start "$here/$1" --belt "$BELT" --yes --json >"$out/session.jsonl" 2>"$out/session.log") &
  session_pid=$!
}
await_session() {
  (sleep "$SCENARIO_BOUND_S"; kill -9 "$session_pid") 2>/dev/null &
  local watchdog=$! status=0
  wait "$session_pid" || status=$?
  kill "$watchdog" 2>/dev/null
  mark ended "\"exitCode\":$status"
}
await_light() {
  await 400 eval 'has_lit || has_ended "$session_pid"'
  has_lit || { say 'no light came'; return 1; }
  sleep 1.5
}

completed() {
  start_session short.plan.yaml
  await_session
}
ask_stop() {
  local status=0
  mark stopAsked
  laserbelt stop "$@" >"$out/stop.log" 2>&1 || status=$?
  mark stopDone "\"exitCode\":$status"
}
# Somebody without a key comes first: btvirt never tells the belt that a killed controller's link is gone, and gives its
# number to the next. Who gets it must inherit nothing of the dead session, and can stop all the same.
ask_stop_without_key() {
  local status=0
  NOBLE_HCI_DEVICE_ID=0 LASERBELT_HOME=$scratch/stranger laserbelt stop --belt "$ADDRESS" >"$out/stranger.log" 2>&1 || status=$?
  mark strangerDone "\"exitCode\":$status"
}
stopped() {
  start_session long.plan.yaml
  await_light || return
  ask_stop
  await_session
}
killed() {
  start_session long.plan.yaml
  await_light || return
  mark killed
  kill -9 "$session_pid"
  sleep 2.5
  ask_stop_without_key
  # No session is left: this asks the belt itself, over a link of its own.
  NOBLE_HCI_DEVICE_ID=0 ask_stop --belt "$BELT"
}
frozen() {
  start_session long.plan.yaml
  await_light || return
  mark frozen
  kill -STOP "$session_pid"
  sleep 2.5
  mark thawed
  kill -CONT "$session_pid"
  sleep 1.5
  ask_stop
  await_session
}

run_scenario() {
  out=/lab/$1
  mkdir "$out"
  export LASERBELT_HOME=$scratch/$1
  say "$1"
  serve_belt "$1" && pair_belt "$1" && "$1"
  sleep 0.5
  mark over
  kill -TERM "$belt_pid"
  await 50 has_ended "$belt_pid" || kill -9 "$belt_pid"
  kill -9 "$session_pid" 2>/dev/null
  cp "$truth" "$out/truth.jsonl" 2>/dev/null
}

say 'root reached'
# A copy: the original may be rebuilt while this runs. It stays inside the repository to find its packages.
bundle=$repo/.lab/bin
mkdir "$repo/.lab" && cp -r "$repo/dist/." "$repo/.lab"
join_adapters
say 'adapters joined'
for scenario in ${scenarios//,/ }; do run_scenario "$scenario"; done 2>&1
say done
sync
poweroff -f
