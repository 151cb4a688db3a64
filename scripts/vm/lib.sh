# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Shared by the programs of scripts/vm and by scripts/check: where things are, what a guest is,
# and how a Debian package or a kernel source comes into the cache.

MX_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
MX_CACHE=${MUTEX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mutex}
MX_JOBS=${MX_JOBS:-$(nproc)}
# What the build needs of Debian comes in English, without questions.
shopt -s inherit_errexit
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

vm_say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
vm_die() { vm_say "$*"; exit 1; }

# The guests, and what each is: vm_guest NAME sets
#   G_NAME    the name
#   G_KIND    uml, stock (Debian's own kernel), trixie (one of Debian 13, built for in a tree of it) or smp
#   G_ARCH    ARCH= of the kernel's make
#   G_SERIES  the Debian kernel series; of trixie the suite
#   G_CONFIG  the fragments of config/ that make its kernel, most general first
#   G_DEBUG   1 if a report of the kernel's own checkers is to be expected there
#   G_MEM     default memory
VM_GUESTS="uml uml-debug stock-6.1 stock-6.12 smp-kasan smp-kcsan trixie trixie-backports"
# shellcheck disable=SC2034
vm_guest() {
	G_NAME=$1 G_ARCH=x86 G_DEBUG=0 G_MEM=1G G_CONFIG=
	case $1 in
	uml)        G_KIND=uml G_ARCH=um G_SERIES=6.1 G_MEM=2G G_CONFIG="net uml" ;;
	uml-debug)  G_KIND=uml G_ARCH=um G_SERIES=6.1 G_MEM=2G G_DEBUG=1
		    G_CONFIG="net uml debug lockdep kasan uml-debug" ;;
	stock-6.1)  G_KIND=stock G_SERIES=6.1 ;;
	stock-6.12) G_KIND=stock G_SERIES=6.12 ;;
	trixie | trixie-backports)
		    G_KIND=trixie G_SERIES=$1 ;;
	smp-kasan)  G_KIND=smp G_SERIES=6.12 G_MEM=2G G_DEBUG=1
		    G_CONFIG="net smp debug lockdep kasan smp-debug" ;;
	smp-kcsan)  G_KIND=smp G_SERIES=6.12 G_MEM=2G G_DEBUG=1
		    G_CONFIG="net smp debug kcsan smp-debug" ;;
	*)          vm_die "no guest named '$1' (there are: $VM_GUESTS)" ;;
	esac
}

# vm_locked NAME COMMAND...: runs the command in a subshell while no other process does so under the same name.
vm_locked() (
	mkdir -p "$MX_CACHE/lock"
	exec {lock}>"$MX_CACHE/lock/$1"
	flock -n "$lock" || { vm_say "waiting for another process ($1)"; flock "$lock"; }
	shift
	"$@"
)

# vm_patches SERIES: the project's changes to that source, which guests need to run.
vm_patches() { find "$MX_ROOT/scripts/vm/patches" -name "$1-*.patch" | sort; }

# vm_hash FILE...: a short name for their content.
vm_hash() { cat "$@" /dev/null | sha256sum | cut -c1-8; }

# vm_config_hash: the key of a self-built kernel, by the content of its fragments and patches.
vm_config_hash() {
	local f files=()
	for f in $G_CONFIG; do files+=("$MX_ROOT/scripts/vm/config/$f.config"); done
	# shellcheck disable=SC2046
	vm_hash "${files[@]}" $(vm_patches "$G_SERIES")
}

# vm_kernel_dir: prints the directory of the finished kernel of the chosen guest, or fails. A directory is
# finished when it holds .complete, which is made last; of several versions the newest wins.
vm_kernel_dir() {
	local dir
	dir=$(find "$MX_CACHE/kernel" -mindepth 2 -maxdepth 2 -path "$MX_CACHE/kernel/$(vm_kernel_key '*')/.complete" \
	      2>/dev/null | sort -V | tail -n 1)
	[ -n "$dir" ] && echo "${dir%/.complete}"
}

# vm_kernel_key VERSION: the name of the directory of the chosen guest's kernel. No comma in it, nor in any other path of the
# cache: kernel makefiles hand paths to gcc's -Wp, which splits at commas.
vm_kernel_key() {
	case $G_KIND in
	stock | trixie) echo "${G_NAME}_$1" ;;
	*)              echo "${G_NAME}_$1_$(vm_config_hash)" ;;
	esac
}

# vm_module_dir: where the chosen guest's builds of the module lie, one set for each checkout.
vm_module_dir() {
	echo "$MX_CACHE/module/$G_NAME-$(printf %s "$MX_ROOT" | sha256sum | cut -c1-8)"
}

# vm_copy_sources DIR: the module's sources and its Kbuild to DIR, without what was built in the checkout; what was built in
# DIR stays. What differs is as new as the copy: a file that was changed while DIR was being built is older than the objects.
vm_copy_sources() {
	mkdir -p "$1"
	rsync -a --no-times --checksum --delete --exclude='*.o' --exclude='*.ko' --exclude='*.mod' --exclude='*.mod.c' --exclude='.*.cmd' \
		--exclude='*.d' --include='/net/***' --include='/include/***' --include='/tests/' \
		--include='/tests/kunit/***' --include='/Kbuild' --exclude='*' "$MX_ROOT/" "$1/"
}

# vm_build_module KERNEL DIR ARG...: builds the module in DIR for the kernel in the cache's directory KERNEL.
vm_build_module() {
	local kernel=$1 dir=$2
	shift 2
	if [ -e "$kernel/source" ]; then
		make -C "$kernel/source" O="$kernel/build" ARCH="$G_ARCH" M="$dir" -j"$MX_JOBS" "$@" modules
	elif [ -e "$kernel/kbuild" ]; then
		make -C "$kernel/kbuild" M="$dir" -j"$MX_JOBS" "$@" modules
	else
		VM_TRIXIE_BUILD=$dir vm_trixie_run make -C "/usr/src/linux-headers-$(cat "$kernel/release")" M=/build \
			-j"$MX_JOBS" "$@" modules
	fi
}
