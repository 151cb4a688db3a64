# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A tree of Debian 13 in the cache, whose compiler and libc its kernels' headers need, and its kernels.

VM_TRIXIE=$MX_CACHE/trixie

# vm_trixie_run COMMAND...: runs a command inside the tree, with /proc (objtool wants it) and, where VM_TRIXIE_BUILD names a
# directory of the host, that directory at /build. The mounts go with the command.
vm_trixie_run() {
	# shellcheck disable=SC2016
	unshare -m bash -ec '
		tree=$1 build=$2
		shift 2
		mount -t proc proc "$tree/proc"
		[ -z "$build" ] || mount --bind "$build" "$tree/build"
		exec chroot "$tree" "$@"' - "$VM_TRIXIE" "${VM_TRIXIE_BUILD-}" "$@"
}

# vm_trixie: makes the tree if it is not there.
vm_trixie() {
	local mirror part=$VM_TRIXIE.part
	[ ! -e "$VM_TRIXIE/.complete" ] || return 0
	mirror=$(vm_mirror)
	vm_say "making a tree of Debian 13, about 3 minutes; log: $VM_TRIXIE.log"
	rm -rf "$part" "$VM_TRIXIE"
	debootstrap --variant=minbase --include=make,gcc,libc6-dev,kmod,perl,python3 \
		trixie "$part" "$mirror" >"$VM_TRIXIE.log" 2>&1 || { tail "$VM_TRIXIE.log" >&2; vm_die "debootstrap failed"; }
	echo "deb $mirror trixie-backports main" >"$part/etc/apt/sources.list.d/backports.list"
	mkdir "$part/build"
	printf '#!/bin/sh\nexit 101\n' >"$part/usr/sbin/policy-rc.d"
	chmod 755 "$part/usr/sbin/policy-rc.d"
	cp /etc/resolv.conf "$part/etc/"
	mv "$part" "$VM_TRIXIE"
	touch "$VM_TRIXIE/.complete"
}

# vm_trixie_has PACKAGE: apt inside the tree could install it.
vm_trixie_has() { vm_trixie_run apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

# vm_trixie_release SUITE: prints the release of the newest kernel there: of trixie the one that Debian 13 itself has, of
# trixie-backports the newest whose headers are there, be its image signed yet or not.
vm_trixie_release() {
	case $1 in
	trixie) vm_trixie_run apt-cache depends linux-headers-amd64 ;;
	*)      vm_trixie_run apt-cache search --names-only '^linux-headers-[0-9.]+[+~a-z0-9]*-amd64$' ;;
	esac | grep -oE 'linux-headers-[0-9][^ ]*-amd64' | sed 's/^linux-headers-//' | sort -V | tail -n 1
}

# vm_trixie_kernel SUITE: the kernel of the chosen guest, out of SUITE (trixie or trixie-backports): its headers are installed
# inside the tree, its image is unpacked beside it.
vm_trixie_kernel() { vm_locked trixie vm_trixie_kernel_locked "$1"; }

vm_trixie_kernel_locked() {
	local suite=$1 version release dir package
	vm_trixie
	vm_trixie_run apt-get -qq update
	release=$(vm_trixie_release "$suite")
	[ -n "$release" ] || vm_die "$suite has no kernel"
	version=$(vm_trixie_run apt-cache policy "linux-headers-$release" | awk '$1 == "Candidate:" { print $2 }')
	dir=$MX_CACHE/kernel/$(vm_kernel_key "$version")
	[ ! -e "$dir/.complete" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir/root" "$dir/deb"
	vm_say "fetching Linux $release of $suite"
	vm_trixie_run apt-get -qq -y --no-install-recommends install "linux-headers-$release" >>"$VM_TRIXIE.log" 2>&1 ||
		{ tail "$VM_TRIXIE.log" >&2; vm_die "the headers of $release do not install"; }
	# Up to 7.1 an image is one package; later its parts are several, and one that is not signed has another name.
	for package in "linux-image-$release" "linux-base-$release" "linux-modules-$release" "linux-binary-$release" \
		       "linux-binary-unsigned-$release"; do
		! vm_trixie_has "$package" || VM_TRIXIE_BUILD=$dir/deb vm_trixie_run sh -c \
			"cd /build && apt-get -qq -o APT::Sandbox::User=root download $package"
	done
	for package in "$dir"/deb/*.deb; do dpkg -x "$package" "$dir/root"; done
	rm -rf "$dir/deb"
	echo "$release" >"$dir/release"
	vm_stock_finish "$dir"
}
