#!/usr/bin/env bash
# The controller and the served simulated belt over the Linux kernel's own Bluetooth, on a machine that has none: a small
# virtual machine boots Debian's kernel under software emulation, sees this machine's root read-only and joins two virtual
# adapters by btvirt. Debian 12, root, no KVM. Results stand in the folder printed at the end when something failed.
#
#   test/radio/vm/run.sh [scenario…]        scenarios: see judge.ts; none means all
#
# LASERBELT_LAB_CACHE   where the kernel is kept between runs (default ~/.cache/laserbelt-lab)
# LASERBELT_LAB_BOUND_S how long the virtual machine may take (default 240)
# LASERBELT_LAB_ICOUNT  qemu's -icount value; "off" lets the guest's clock follow this machine's
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
cache=${LASERBELT_LAB_CACHE:-$HOME/.cache/laserbelt-lab}
bound_s=${LASERBELT_LAB_BOUND_S:-240}
icount=${LASERBELT_LAB_ICOUNT:-off}
. "$here/prepare.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/laserbelt-radio.XXXXXX")
mkdir "$work/out"
started_s=$SECONDS
prepare_tools
prepare_kernel
pack_initramfs "$work/initramfs"
echo "prepared in $((SECONDS - started_s)) s"

clocked=(-accel tcg,thread=multi -smp 2)
[ "$icount" = off ] || clocked=(-accel tcg,thread=single -smp 1 -icount "$icount")

started_s=$SECONDS
status=0
timeout --kill-after=5 "$bound_s" qemu-system-x86_64 "${clocked[@]}" -cpu max -m 2G \
  -kernel "$cache/kernel/boot/vmlinuz-$version" -initrd "$work/initramfs" \
  -append "console=ttyS0 quiet panic=-1 lab.script=$here/guest.sh lab.kernel=$cache/kernel lab.scenarios=$(IFS=,; echo "$*")" \
  -nographic -no-reboot -nic none \
  -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap \
  -device virtio-9p-pci,fsdev=root,mount_tag=hostroot \
  -fsdev "local,id=out,path=$work/out,security_model=none" \
  -device virtio-9p-pci,fsdev=out,mount_tag=out \
  </dev/null >"$work/out/console.log" 2>&1 || status=$?
echo "virtual machine ran for $((SECONDS - started_s)) s"
[ "$status" = 0 ] || echo "the virtual machine did not end by itself within $bound_s s or failed (status $status)"
cat "$work/out/console.log"; ls -la "$work/out"
