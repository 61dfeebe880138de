#!/usr/bin/env bash
# Runs as the first process inside the virtual machine, on the host's own root (read-only below a tmpfs).
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
ip link set lo up 2>/dev/null
here=$(cd "$(dirname "$0")" && pwd)
for word in $(cat /proc/cmdline); do
  case $word in
    lab.kernel=*) kernel=${word#lab.kernel=} ;;
    lab.scenarios=*) scenarios=${word#lab.scenarios=} ;;
  esac
done
up() { cut -d' ' -f1 /proc/uptime; }
say() { echo "lab $(up) $*"; }

say root reached
for module in hci_vhci algif_hash algif_skcipher cmac ecb aes_generic; do
  modprobe -d "$kernel" "$module" || say "no module $module"
done
btvirt -l2 >/lab/btvirt.log 2>&1 &
for _ in $(seq 100); do [ -e /sys/class/bluetooth/hci1 ] && break; sleep 0.1; done
ls /sys/class/bluetooth
btmon -w /lab/trace.btsnoop >/dev/null 2>&1 &
say adapters up
cd "$here"
export HCI_CHANNEL_USER=1
BLENO_HCI_DEVICE_ID=1 node demo-peripheral.mjs 2>&1 | sed 's/^/  belt /' &
time NOBLE_HCI_DEVICE_ID=0 timeout 120 node demo-central.mjs 2>&1 | sed 's/^/  ctl /'
say done
poweroff -f
