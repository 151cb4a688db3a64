# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# Debian's own kernels in the cache, unmodified and not installed: image, modules, and headers that work from there.

# vm_depends PACKAGE REGEX: prints the first dependency of PACKAGE whose name matches.
vm_depends() { vm_apt apt-cache depends "$1" | awk -v re="^$2\$" '$1 ~ /Depends:/ && $2 ~ re { print $2; exit }'; }

# vm_stock_find SERIES: sets VM_META to the package that stands for the newest kernel of SERIES, and VM_APT_LIST
# to where it comes from: the system's own suites, else those of Debian 12.
vm_stock_find() {
	local try
	VM_APT_LIST=
	for try in system refresh bookworm-backports bookworm; do
		case $try in
		refresh) apt-get -qq update || continue ;;
		bookworm*) vm_apt_suite $try || continue ;;
		esac
		for VM_META in "$1-amd64" amd64; do
			case $(vm_version "linux-image-$VM_META") in
			"$1".*) vm_version "linux-headers-$VM_META" >/dev/null && return ;;
			esac
		done
	done
	VM_APT_LIST=
	return 1
}

# vm_stock_headers ROOT RELEASE: makes the unpacked headers work from where they are.
vm_stock_headers() {
	local root=$1 headers=$1/usr/src/linux-headers-$2
	sed -i "s|/usr/src/|$root/usr/src/|; s|/usr/lib/|$root/usr/lib/|" "$headers/Makefile"
	[ -e "$headers/scripts/mod/modpost" ] || vm_die "the headers of $2 have no modpost"
}

# vm_stock_fetch DIR: image, modules and headers of VM_META into DIR; leaves the release in DIR/release.
vm_stock_fetch() {
	local dir=$1 image release package
	image=$(vm_depends "linux-image-$VM_META" 'linux-image-[0-9].*-amd64')
	release=${image#linux-image-}
	for package in "$image" "linux-headers-$release" "linux-headers-${release%-amd64}-common" \
		       "$(vm_depends "linux-headers-$release" 'linux-kbuild-.*')"; do
		vm_say "unpacking $package"
		vm_unpack "$package" "$dir/root"
	done
	echo "$release" >"$dir/release"
}

# vm_stock_kernel: the kernel of the chosen stock guest, complete in the cache.
vm_stock_kernel() {
	local dir release version
	if ! vm_stock_find "$G_SERIES"; then
		vm_say "Debian 12 has no Linux $G_SERIES any more: taking Debian 13's"
		vm_trixie_kernel trixie
		return
	fi
	version=$(vm_version "linux-image-$VM_META")
	dir=$MX_CACHE/kernel/$(vm_kernel_key "$version")
	[ ! -e "$dir/.complete" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir"
	vm_stock_fetch "$dir"
	release=$(cat "$dir/release")
	vm_stock_headers "$dir/root" "$release"
	ln -s "root/usr/src/linux-headers-$release" "$dir/kbuild"
	vm_stock_finish "$dir"
}

# vm_stock_finish DIR: what booting needs, from the unpacked packages in DIR/root.
vm_stock_finish() {
	local dir=$1 release image
	release=$(cat "$dir/release")
	# An unpacked package has /lib beside /usr/lib on Debian 12, and only the latter on Debian 13.
	[ -d "$dir/root/lib/modules" ] || ln -s usr/lib "$dir/root/lib"
	depmod -b "$dir/root" "$release"
	ln -sfn root/lib/modules "$dir/modules"
	# shellcheck disable=SC2012
	image=$(cd "$dir" && ls -d "root/boot/vmlinuz-$release" "root/lib/modules/$release/vmlinuz"* 2>/dev/null | head -n 1)
	[ -n "$image" ] || vm_die "the packages of $release hold no kernel"
	ln -sfn "$image" "$dir/vmlinuz"
	vm_initramfs "$dir" "$release"
	touch "$dir/.complete"
}
