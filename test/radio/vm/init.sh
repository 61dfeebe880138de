#!/bin/busybox sh
# First process of the virtual machine: the host's root read-only over 9p, a tmpfs above it, then the script of the lab.
busybox=/bin/busybox
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs dev /dev
while read -r module; do $busybox insmod "/modules/$module"; done </modules/order
for word in $($busybox cat /proc/cmdline); do
  case $word in lab.script=*) script=${word#lab.script=} ;; esac
done
options=trans=virtio,version=9p2000.L,msize=512000
$busybox mount -t 9p -o $options,ro,cache=loose hostroot /lower
$busybox mount -t tmpfs tmpfs /upper
$busybox mkdir /upper/data /upper/work
$busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work overlay /newroot
for folder in proc sys dev; do $busybox mount --move /$folder /newroot/$folder; done
$busybox mkdir -p /newroot/lab
$busybox mount -t 9p -o $options out /newroot/lab
exec $busybox switch_root /newroot /bin/bash "$script"
