# SPDX-License-Identifier: GPL-2.0
# Thin: each target says which program does the work. Documentation/testing.rst tells of the tests.

# The kernel to build for: the running one if its headers are there, else the newest whose headers are.
KDIR ?= $(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
	$(shell ls -d /usr/src/linux-headers-*-amd64 /lib/modules/*/build 2>/dev/null | sort -V | tail -n 1))
INSTALL_MOD_PATH ?= $(DESTDIR)

all: module mutexctl

module:
	@test -n "$(KDIR)" || { echo "no kernel headers here: run scripts/deps build, or say KDIR=" >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) W=1 modules

mutexctl:
	$(MAKE) -C tools/mutexctl

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(INSTALL_MOD_PATH) modules_install
	$(MAKE) -C tools/mutexctl install

clean:
	$(if $(KDIR),$(MAKE) -C $(KDIR) M=$(CURDIR) clean)
	$(MAKE) -C tools/mutexctl clean

check:
	@scripts/check $(if $(RESUME),-r) full

check-quick:
	@scripts/check $(if $(RESUME),-r) quick

check-long:
	@scripts/check $(if $(RESUME),-r) long

check-kernels:
	@scripts/check $(if $(RESUME),-r) kernels

# On Debian's own kernel, which is there at once: user-mode Linux would have to be built first.
demo:
	@scripts/deps test
	@scripts/vm/run stock-6.1 -t 900 tests/demo/run.sh

bench:
	@scripts/deps bench
	@tests/bench/lpm/run
	@tests/bench/packet/run
	@tests/bench/checks/run
	@tests/bench/limits/run
	@tests/bench/paths/run

.PHONY: all module mutexctl install clean check check-quick check-long check-kernels demo bench
