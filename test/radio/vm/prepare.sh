# Sourced by run.sh: gets what the lab needs and skips what is there. Sets `version`.

give_up() { echo "radio lab: $1" >&2; exit 1; }

prepare_tools() {
  local missing=() tool
  for tool in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static kmod:kmod btvirt:bluez-test-tools btmon:bluez; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} = 0 ] && return
  [ "$(id -u)" = 0 ] || give_up "as root, first: apt-get install ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

kernel_package() {
  apt-cache depends linux-image-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9][^ ]*\)$/\1/p' | head -n 1
}

# Into the current folder. Lists from another day name a package that is gone: then once more with fresh ones.
download_kernel() {
  package=$(kernel_package)
  [ -n "$package" ] && apt-get download -qq "$package" 2>/dev/null && return
  apt-get update -qq
  package=$(kernel_package)
  [ -n "$package" ] || give_up 'apt knows no package linux-image-amd64 (Debian 12 on x86-64 is what this runs on)'
  apt-get download -qq "$package"
}

# Unpacked, not installed: installing a kernel builds an initramfs and a boot menu that nobody wants.
prepare_kernel() {
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  if [ ! -e "$cache/complete" ]; then
    local package fresh=$cache/fresh
    rm -rf "$fresh" "$cache/kernel"
    mkdir "$fresh"
    cd "$fresh"
    download_kernel
    dpkg -x "$package"_*.deb "$cache/kernel"
    cd "$OLDPWD"
    rm -rf "$fresh"
    depmod -b "$cache/kernel" "${package#linux-image-}"
    touch "$cache/complete"
  fi
  exec 9>&-
  version=$(basename "$cache"/kernel/lib/modules/*)
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
  done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/modules"
  while read -r module; do cp "$module" "$root/modules/"; done <"$work/modules"
  sed 's|.*/||' "$work/modules" >"$root/modules/order"
  (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$1"
}
