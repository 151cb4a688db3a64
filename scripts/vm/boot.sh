# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Starting the virtual machine of each kind of guest.

# vm_boot SECONDS KERNEL RUN KERNEL_ARGS: boots the chosen guest and waits for its end; 124 or 137 if the time ran out.
# The kernel's console goes to RUN/console, which stdout is too, the script's output to file descriptor 3.
vm_boot() {
	case $G_KIND in
	uml) vm_boot_uml "$@" ;;
	*)   vm_boot_qemu "$@" ;;
	esac
}

# Arguments of every guest: all messages on the console and a log that keeps them, a crash ends the guest.
VM_KARGS="ignore_loglevel slab_nomerge log_buf_len=4M panic=-1 kasan_multi_shot kunit.enable=1"
# The kernel's watchdogs go by the clock of a host that may let a guest rest for half a minute: two minutes, for tasks five.
VM_KARGS+=" watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120 workqueue.watchdog_thresh=120"
VM_KARGS+=" sysctl.kernel.hung_task_timeout_secs=300"

vm_boot_uml() {
	local limit=$1 kernel=$2 run=$3 kargs=$4
	# shellcheck disable=SC2086
	exec timeout -k 5 "$limit" "$kernel/build/linux" mem="$G_MEM" rootfstype=hostfs rootflags=/ ro \
		con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 init="$MX_ROOT/scripts/vm/init-uml.sh" \
		$VM_KARGS $kargs mx_run="$run" mx_tty=ttyS0 mx_init="$MX_ROOT/scripts/vm/init.sh"
}

# vm_accel KERNEL: prints kvm if a trial boot of that kernel reaches its init within 20 s, else tcg. There are machines
# where /dev/kvm opens and a guest never gets past its boot ROM. The answer is kept for this boot of the host.
vm_accel() {
	local kernel=$1 answer
	answer=$MX_CACHE/accel-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -e "$answer" ]; then
		if [ -w /dev/kvm ] && timeout -s KILL 20 qemu-system-x86_64 -accel kvm -cpu host -m 512 -nodefaults \
			-display none -no-reboot -serial stdio -kernel "$kernel/vmlinuz" -append \
			"console=ttyS0 panic=-1" </dev/null 2>&1 | grep -q 'Kernel panic'; then
			echo kvm >"$answer.$$"
		else
			echo tcg >"$answer.$$"
		fi
		mv "$answer.$$" "$answer"
	fi
	cat "$answer"
}

vm_boot_qemu() {
	local limit=$1 kernel=$2 run=$3 kargs=$4 accel machine=pc
	case $(vm_accel "$kernel") in
	kvm) accel="-accel kvm -cpu host" ;;
	*)   accel="-accel tcg,thread=multi -cpu max" ;;
	esac
	# The old machine's ACPI works out interrupt routing in a loop, and gives up after 30 s on debug kernels; without ACPI's
	# routing (pci=noacpi) Linux looks for no second CPU either. The newer machine has it in a table.
	[ "$G_KIND" != smp ] || { machine=q35 kargs="slab_debug=- $kargs"; }
	# shellcheck disable=SC2086
	exec timeout -k 5 "$limit" qemu-system-x86_64 -M $machine $accel -smp 2 -m "$G_MEM" -nodefaults -display none \
		-no-reboot -kernel "$kernel/vmlinuz" -initrd "$kernel/initramfs" \
		-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
		-virtfs local,path="$run",mount_tag=run,security_model=none \
		-serial chardev:console -chardev file,id=console,path="$run/console",append=on \
		-serial chardev:out -chardev stdio,id=out,signal=off \
		-append "console=ttyS0 $VM_KARGS $kargs mx_cpus=2 mx_tty=ttyS1 mx_init=$MX_ROOT/scripts/vm/init.sh" >&3
}
