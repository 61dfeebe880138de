# Sourced by run.sh: gets what the lab needs and skips what is there. Sets `version`.

prepare_tools() {
  local missing=() tool
  for tool in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static kmod:kmod btvirt:bluez-test-tools btmon:bluez; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} = 0 ] && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Unpacked, not installed: installing a kernel builds an initramfs and a boot menu that nobody wants.
prepare_kernel() {
  if [ ! -e "$cache/complete" ]; then
    [ -n "$(ls /var/lib/apt/lists/*_Packages* 2>/dev/null)" ] || apt-get update -qq
    local package
    package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1)
    [ -n "$package" ] || { echo 'apt does not know linux-image-amd64; run apt-get update' >&2; exit 1; }
    mkdir -p "$cache"
    rm -rf "$cache/kernel"
    (cd "$cache" && apt-get download -qq "$package" 2>/dev/null || { apt-get update -qq && apt-get download -qq "$package"; })
    dpkg -x "$cache/$package"_*.deb "$cache/kernel"
    rm -f "$cache"/*.deb
    depmod -b "$cache/kernel" "${package#linux-image-}"
    touch "$cache/complete"
  fi
  version=$(basename "$(echo "$cache"/kernel/lib/modules/*)")
}

# busybox, the modules that reach this machine's root over 9p, and an init that goes there.
pack_initramfs() {
  local root=$work/initramfs.d module
  mkdir -p "$root"/{bin,modules,proc,sys,dev,lower,upper,newroot}
  cp "$(command -v busybox)" "$root/bin/busybox"
  cp "$here/init.sh" "$root/init"
  chmod +x "$root/init"
  for module in virtio_pci 9p 9pnet_virtio overlay; do
    modprobe -d "$cache/kernel" -S "$version" --show-depends "$module"
  done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$root/modules/order"
  while read -r module; do cp "$module" "$root/modules/"; done <"$root/modules/order"
  sed -i 's|.*/||' "$root/modules/order"
  (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$1"
}
