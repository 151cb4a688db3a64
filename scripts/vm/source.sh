# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Debian packages and kernel sources in the cache, and the make of a self-built kernel.

# vm_apt PROGRAM ARG...: an apt program over the sources of the system and, where VM_APT_LIST names a list of
# its own in the cache, over that one alone.
vm_apt() {
	local program=$1
	shift
	if [ -n "${VM_APT_LIST-}" ]; then
		"$program" -o Dir::Etc::sourcelist="$VM_APT_LIST" -o Dir::Etc::sourceparts=/dev/null \
			-o Dir::State::Lists="$VM_APT_LIST.lists" -o APT::Get::List-Cleanup=0 \
			-o APT::Sandbox::User=root "$@"
	else
		"$program" -o APT::Sandbox::User=root "$@"
	fi
}

# vm_mirror: prints the Debian mirror that the system uses.
vm_mirror() {
	local mirror
	# shellcheck disable=SC2016
	mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -m 1 '/debian/\?$') || vm_die "apt knows no Debian mirror"
	echo "$mirror"
}

# vm_apt_suite SUITE: has vm_apt read that one suite, and leaves the system's sources as they are.
vm_apt_suite() {
	local mirror
	mirror=$(vm_mirror)
	VM_APT_LIST=$MX_CACHE/apt-$1.list
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$VM_APT_LIST"
	mkdir -p "$VM_APT_LIST.lists/partial"
	vm_apt apt-get -qq update
}

# vm_version PACKAGE: prints the version that apt would install; fails if there is none.
vm_version() {
	local version
	version=$(vm_apt apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }')
	[ -n "$version" ] && echo "$version"
}

# vm_unpack PACKAGE DIR: downloads a Debian package and unpacks it under DIR; installs nothing.
vm_unpack() {
	local tmp
	tmp=$(mktemp -d "$MX_CACHE/deb.XXXXXX")
	(cd "$tmp" && vm_apt apt-get -qq download "$1") || { rm -rf "$tmp"; return 1; }
	mkdir -p "$2"
	dpkg -x "$tmp"/*.deb "$2"
	rm -rf "$tmp"
}

# vm_source SERIES: prints the directory of linux-source-SERIES with the project's patches; fetches it if it is not there.
vm_source() { vm_locked "source-$1" vm_source_locked "$1"; }

vm_source_locked() {
	local series=$1 package=linux-source-$1 version dir tmp key patch
	# shellcheck disable=SC2046
	key=$(vm_hash $(vm_patches "$series"))
	dir=$(find "$MX_CACHE/source" -mindepth 1 -maxdepth 1 -name "${series}_*_$key" 2>/dev/null | sort -V | tail -n 1)
	if [ -n "$dir" ] && [ "${VM_UPDATE-0}" = 0 ]; then echo "$dir"; return; fi
	version=$(vm_version "$package") ||
		{ apt-get -qq update; version=$(vm_version "$package"); } ||
		{ vm_apt_suite bookworm; version=$(vm_version "$package"); } ||
		{ vm_apt_suite bookworm-backports; version=$(vm_version "$package"); } ||
		vm_die "Debian has no $package"
	dir=$MX_CACHE/source/${series}_${version}_$key
	[ ! -d "$dir" ] || { echo "$dir"; return; }
	vm_say "unpacking $package $version"
	tmp=$dir.part
	rm -rf "$tmp"
	vm_unpack "$package" "$tmp/deb"
	tar -C "$tmp" -xJf "$tmp/deb/usr/src/$package.tar.xz"
	for patch in $(vm_patches "$series"); do patch -s -d "$tmp/$package" -p1 -i "$patch"; done
	echo "$version" >"$tmp/$package/.debian-version"
	mv "$tmp/$package" "$dir"
	rm -rf "$tmp"
	echo "$dir"
}

# vm_kmake DIR TARGET...: make in the kernel of the cache's directory DIR.
vm_kmake() {
	local dir=$1
	shift
	make -C "$dir/source" O="$dir/build" ARCH="$G_ARCH" -j"$MX_JOBS" "$@"
}

# vm_configure DIR: the .config out of DIR/fragment. An option that the kernel did not take is an error: a guest that quietly
# lacks something would make its tests pass for the wrong reason.
vm_configure() {
	local dir=$1 lost
	if [ "$G_KIND" = uml ]; then
		cp "$dir/fragment" "$dir/build/.config"
		vm_kmake "$dir" olddefconfig
	else
		vm_kmake "$dir" allnoconfig KCONFIG_ALLCONFIG="$dir/fragment"
	fi || return
	lost=$(grep -E '^CONFIG_[A-Z0-9_]+=([ym]|[0-9]+)$' "$dir/fragment" | grep -vxF -f "$dir/build/.config" || true)
	[ -z "$lost" ] || { echo "not taken by Linux: $lost"; return 1; }
}

# vm_make DIR: builds the configured kernel, its modules, and all that a module's build needs.
vm_make() {
	case $G_KIND in
	uml) vm_kmake "$1" linux modules ;;
	*)   vm_kmake "$1" bzImage modules && vm_smp_boot "$1" ;;
	esac
}

# vm_smp_boot DIR: what booting a self-built QEMU kernel needs.
vm_smp_boot() {
	ln -sfn build/arch/x86/boot/bzImage "$1/vmlinuz"
	vm_initramfs "$1"
}
