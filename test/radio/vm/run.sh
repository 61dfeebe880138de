#!/usr/bin/env bash
# The controller and the served simulated belt over the Linux kernel's own Bluetooth, on a machine that has none: a small
# virtual machine boots Debian's kernel under software emulation, sees this machine's root read-only and joins two virtual
# adapters by btvirt. Each scenario pairs with a belt of its own first; what follows travels sealed. Debian 12, root, no KVM.
# Ends with `N passed, N failed`; what was recorded is kept when something failed.
#
#   test/radio/vm/run.sh [scenario…]        completed, stopped, killed, frozen; none means all
#
# LASERBELT_LAB_CACHE   where the kernel is kept between runs (default ~/.cache/laserbelt-lab)
# LASERBELT_LAB_BOUND_S how long the virtual machine may take (default 900)
# LASERBELT_LAB_ICOUNT  qemu's -icount value; `off` lets the guest's clock follow this machine's
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
cache=${LASERBELT_LAB_CACHE:-$HOME/.cache/laserbelt-lab}
bound_s=${LASERBELT_LAB_BOUND_S:-900}
# Two nanoseconds of guest time per instruction: a slow or busy machine slows the guest's clock with it, so that leases and
# ticks see an ordinary computer. `shift=auto` lets that clock jump by most of a second.
icount=${LASERBELT_LAB_ICOUNT:-shift=1,sleep=on}
[ $# -gt 0 ] || set -- completed stopped killed frozen
. "$here/prepare.sh"

case "$here $cache" in *" "*" "*) give_up "it cannot run in a folder with a space in its name" ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/laserbelt-radio.XXXXXX")
out=$work/out
mkdir "$out"
prepare_tools
prepare_kernel
pack_initramfs "$work/initramfs"
(cd "$repo" && node .build.mjs)
"$repo/node_modules/.bin/esbuild" "$here/judge.ts" --bundle --platform=node --format=esm --log-level=warning --outfile="$work/judge.mjs"
echo "prepared in $SECONDS s"

clock=(-accel tcg,thread=single -smp 1 -icount "$icount")
[ "$icount" != off ] || clock=(-accel tcg,thread=multi -smp 2)
booted_s=$SECONDS
status=0
timeout --kill-after=5 "$bound_s" qemu-system-x86_64 "${clock[@]}" -cpu max -m 1G \
  -kernel "$cache/kernel/boot/vmlinuz-$version" -initrd "$work/initramfs" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off cryptomgr.notests lab.script=$here/guest.sh lab.kernel=$cache/kernel lab.node=$(dirname "$(command -v node)") lab.scenarios=$(IFS=,; echo "$*")" \
  -nographic -no-reboot -nic none \
  -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
  -device virtio-9p-pci,fsdev=root,mount_tag=hostroot \
  -fsdev "local,id=out,path=$out,security_model=none" \
  -device virtio-9p-pci,fsdev=out,mount_tag=out \
  </dev/null >"$out/console.log" 2>&1 || status=$?
grep -a -o 'lab [0-9.]* s: .*' "$out/console.log" || true
echo "the virtual machine ran for $((SECONDS - booted_s)) s"
[ "$status" = 0 ] || echo "it did not end by itself within $bound_s s, or failed (status $status)"

verdict=0
node "$work/judge.mjs" "$out" "$@" >"$work/verdict" || verdict=$?
if [ "$verdict" = 0 ] && [ -z "${LASERBELT_LAB_KEEP:-}" ]; then
  cat "$work/verdict"
  rm -rf "$work"
else
  # Wireshark opens trace.btsnoop.
  echo "recorded in $out: console.log, trace.btsnoop, and a folder per scenario"
  cat "$work/verdict"
fi
exit "$verdict"
