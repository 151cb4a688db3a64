# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The first root of a QEMU guest: busybox, and the modules that reach the host's tree.

# vm_initramfs DIR [RELEASE]: makes DIR/initramfs; with RELEASE it holds the modules of that kernel in DIR/root.
vm_initramfs() {
	local dir=$1 release=${2-} tree=$1/initramfs.d module file
	rm -rf "$tree"
	mkdir -p "$tree/bin" "$tree/modules" "$tree/proc" "$tree/sys" "$tree/dev" "$tree/host" "$tree/mem" "$tree/root"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$MX_ROOT/scripts/vm/init-initramfs.sh" "$tree/init"
	: >"$tree/modules/list"
	if [ -n "$release" ]; then
		for module in virtio_pci 9pnet_virtio 9p overlay; do
			modprobe -d "$dir/root" -S "$release" --show-depends "$module"
		done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
			case $file in
			*.xz) xz -dc "$file" >"$tree/modules/$(basename "${file%.xz}")" ;;
			*)    cp "$file" "$tree/modules/" ;;
			esac
			basename "${file%.xz}" >>"$tree/modules/list"
		done
	fi
	(cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) >"$dir/initramfs"
	rm -rf "$tree"
}
