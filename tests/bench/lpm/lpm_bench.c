// SPDX-License-Identifier: GPL-2.0
/*
 * The prefix trie beside the kernel's own FIB, in one run. Userspace writes
 * prefixes to a file of debugfs (records of 18 bytes: family 4 or 6, length,
 * 16 bytes of address), loads the same ones into the main table of a network
 * namespace, and reads the file from within that namespace: that runs the
 * bench and gives the results as JSON.
 *
 * Lookups take turns, round by round, and each one's address depends on the
 * answer before, as packets come one by one: the figure is the time of one
 * lookup, not of many that the CPU overlaps.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/ipv6_stubs.h>
#include <net/net_namespace.h>

#include "base/lpm.h"
#include "bench.h"

#define MX_BENCH_ROUNDS		9
#define MX_BENCH_LOADS		3
#define MX_BENCH_RECORD		18

static unsigned int max_prefixes = 1200000;
module_param(max_prefixes, uint, 0444);
MODULE_PARM_DESC(max_prefixes, "room for so many prefixes, of each family");

/**
 * struct mx_bench - all of one address family
 * @route: its prefixes
 * @n: their number
 * @bytes: of an address
 * @lpm: ours
 * @net: whose FIB is the kernel's
 * @tb4: its main table, IPv4
 * @tb6: its main table, IPv6
 */
struct mx_bench {
	struct mx_bench_route *route;
	unsigned int n;
	unsigned int bytes;
	struct mx_lpm lpm;
	struct net *net;
	struct fib_table *tb4;
	struct fib6_table *tb6;
};

/* Guards all below, and is the writers' lock of the tries. */
static DEFINE_MUTEX(mx_bench_lock);
static struct mx_bench mx_bench_family[2];
static struct dentry *mx_bench_dir;
static u8 *mx_bench_spoiler;

/* One lookup: returns something that tells answers apart, or NULL. */
typedef const void *(*mx_bench_lookup)(struct mx_bench *b, const u8 *addr, u8 *plen);

static const void *mx_bench_mutex4(struct mx_bench *b, const u8 *addr, u8 *plen)
{
	const struct mx_bench_route *r = mx_lpm_lookup4(&b->lpm, *(const __be32 *)addr);

	if (plen && r)
		*plen = r->plen;
	return r;
}

static const void *mx_bench_mutex6(struct mx_bench *b, const u8 *addr, u8 *plen)
{
	const struct mx_bench_route *r = mx_lpm_lookup(&b->lpm, addr);

	if (plen && r)
		*plen = r->plen;
	return r;
}

static const void *mx_bench_kernel4(struct mx_bench *b, const u8 *addr, u8 *plen)
{
	struct flowi4 fl4 = { .daddr = *(const __be32 *)addr };
	struct fib_result res;

	if (fib_table_lookup(b->tb4, &fl4, &res, FIB_LOOKUP_NOREF))
		return NULL;
	if (plen)
		*plen = res.prefixlen;
	return res.fi;
}

static const void *mx_bench_kernel6(struct mx_bench *b, const u8 *addr, u8 *plen)
{
	struct flowi6 fl6 = { };
	struct fib6_result res;

	memcpy(&fl6.daddr, addr, sizeof(fl6.daddr));
	ipv6_stub->fib6_table_lookup(b->net, b->tb6, 0, &fl6, &res, 0);
	if (!res.f6i || res.f6i == b->net->ipv6.fib6_null_entry)
		return NULL;
	if (plen)
		*plen = res.f6i->fib6_dst.plen;
	return res.f6i;
}

/* Time one pass over a set. Return: picoseconds a lookup. */
static u64 mx_bench_pass(struct mx_bench *b, mx_bench_lookup lookup,
			 const mx_bench_addr *q, enum mx_bench_set set)
{
	unsigned int burst = MX_BENCH_QUERIES, bursts = 1, i, k;
	unsigned long hit = 0;
	u64 ns = 0, start;

	if (set == MX_BENCH_COLD) {
		burst = MX_BENCH_BURST;
		bursts = MX_BENCH_BURSTS;
	}
	for (k = 0; k < bursts; k++, q += burst) {
		if (set == MX_BENCH_COLD)
			memset(mx_bench_spoiler, k, MX_BENCH_SPOIL);
		rcu_read_lock();
		start = ktime_get_ns();
		/* Answers are aligned, so their last bit never moves @q. */
		for (i = 0; i < burst; i++)
			hit = (unsigned long)lookup(b, q[i + (hit & 1)], NULL);
		ns += ktime_get_ns() - start;
		rcu_read_unlock();
		cond_resched();
	}
	return div_u64(ns * 1000, burst * bursts);
}

static int mx_bench_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Print picoseconds as nanoseconds: median, least and most. */
static u64 mx_bench_print(struct seq_file *m, const char *name, u64 *ps,
			  unsigned int n)
{
	static const char * const what[] = { "median", "min", "max" };
	unsigned int i;

	sort(ps, n, sizeof(*ps), mx_bench_cmp, NULL);
	seq_printf(m, "\"%s\": {", name);
	for (i = 0; i < ARRAY_SIZE(what); i++) {
		u64 v = ps[i == 0 ? n / 2 : i == 1 ? 0 : n - 1];

		seq_printf(m, "%s\"%s\": %llu.%llu", i ? ", " : "", what[i],
			   div_u64(v, 1000), div_u64(v, 100) % 10);
	}
	seq_puts(m, "}");
	return ps[n / 2];
}

/* Load the table in an order, and empty it again, some times. */
static int mx_bench_load(struct seq_file *m, struct mx_bench *b, const char *name,
			 const unsigned int *order)
{
	u64 insert[MX_BENCH_LOADS], remove[MX_BENCH_LOADS], start, end;
	unsigned int i, round;
	int err;

	for (round = 0; round < MX_BENCH_LOADS; round++) {
		start = ktime_get_ns();
		for (i = 0; i < b->n; i++) {
			struct mx_bench_route *r = &b->route[order ? order[i] : i];

			err = mx_lpm_insert(&b->lpm, r->addr, r->plen, r);
			if (err) {
				pr_err("round %u, %*ph/%u: error %d\n", round,
				       b->bytes, r->addr, r->plen, err);
				return err;
			}
			cond_resched();
		}
		end = ktime_get_ns();
		insert[round] = div_u64((end - start) * 1000, b->n);
		start = ktime_get_ns();
		for (i = 0; i < b->n; i++) {
			struct mx_bench_route *r = &b->route[order ? order[i] : i];

			if (mx_lpm_remove(&b->lpm, r->addr, r->plen) != r)
				return -EUCLEAN;
			cond_resched();
		}
		end = ktime_get_ns();
		remove[round] = div_u64((end - start) * 1000, b->n);
		if (mx_lpm_bytes(&b->lpm))
			return -EUCLEAN;
	}
	seq_printf(m, ",\n  \"%s\": {", name);
	mx_bench_print(m, "insert_ns", insert, MX_BENCH_LOADS);
	seq_puts(m, ", ");
	mx_bench_print(m, "remove_ns", remove, MX_BENCH_LOADS);
	seq_puts(m, "}");
	return 0;
}

/* Both must find a prefix of the same length, or none. */
static unsigned int mx_bench_differ(struct mx_bench *b, const mx_bench_lookup *lookup,
				    const mx_bench_addr *q)
{
	unsigned int i, n = 0;

	for (i = 0; i < MX_BENCH_QUERIES; i++) {
		u8 x = 255, y = 255;

		rcu_read_lock();
		lookup[0](b, q[i], &x);
		lookup[1](b, q[i], &y);
		rcu_read_unlock();
		n += x != y;
		cond_resched();
	}
	return n;
}

static int mx_bench_lookups(struct seq_file *m, struct mx_bench *b)
{
	const mx_bench_lookup lookup[2] = {
		b->bytes == 4 ? mx_bench_mutex4 : mx_bench_mutex6,
		b->bytes == 4 ? mx_bench_kernel4 : mx_bench_kernel6,
	};
	u64 ps[2][MX_BENCH_ROUNDS], ours, theirs;
	unsigned int round, i, differ = 0;
	enum mx_bench_set set;
	mx_bench_addr *q;

	seq_puts(m, ",\n  \"lookup_ns\": {");
	for (set = 0; set < MX_BENCH_SETS; set++) {
		q = mx_bench_queries(set, b->bytes, b->route, b->n);
		if (!q)
			return -ENOMEM;
		differ += mx_bench_differ(b, lookup, q);
		for (round = 0; round < MX_BENCH_ROUNDS; round++)
			for (i = 0; i < 2; i++)
				ps[i][round] = mx_bench_pass(b, lookup[i], q, set);
		kvfree(q);
		seq_printf(m, "%s\n    \"%s\": {", set ? "," : "",
			   mx_bench_set_name(set));
		ours = mx_bench_print(m, "mutex", ps[0], MX_BENCH_ROUNDS);
		seq_puts(m, ", ");
		theirs = mx_bench_print(m, "kernel", ps[1], MX_BENCH_ROUNDS);
		theirs = div64_u64(theirs * 100, max_t(u64, ours, 1));
		seq_printf(m, ", \"times_as_fast\": %llu.%02llu}",
			   div_u64(theirs, 100), theirs % 100);
	}
	seq_printf(m, "},\n  \"lookups_that_differ\": %u", differ);
	return 0;
}

static int mx_bench_run(struct seq_file *m, struct mx_bench *b)
{
	unsigned int *order, i;
	int err;

	b->net = current->nsproxy->net_ns;
	rtnl_lock();
	b->tb4 = fib_new_table(b->net, RT_TABLE_MAIN);
	rtnl_unlock();
	b->tb6 = ipv6_stub->fib6_get_table(b->net, RT6_TABLE_MAIN);
	if (!b->tb4 || !b->tb6)
		return -ENOENT;
	order = kvmalloc_array(b->n, sizeof(*order), GFP_KERNEL);
	if (!order)
		return -ENOMEM;
	mx_bench_shuffle(order, b->n);
	seq_printf(m, " \"ipv%u\": {\n  \"prefixes\": %u", b->bytes == 4 ? 4 : 6, b->n);
	err = mx_bench_load(m, b, "in_file_order", NULL);
	if (!err)
		err = mx_bench_load(m, b, "shuffled", order);
	for (i = 0; i < b->n && !err; i++) {
		err = mx_lpm_insert(&b->lpm, b->route[i].addr, b->route[i].plen, &b->route[i]);
		cond_resched();
	}
	if (!err)
		err = mx_bench_lookups(m, b);
	seq_printf(m, ",\n  \"bytes\": %zu,\n  \"bytes_a_prefix\": %zu\n }",
		   mx_lpm_bytes(&b->lpm), mx_lpm_bytes(&b->lpm) / b->n);
	mx_lpm_destroy(&b->lpm, NULL);
	kvfree(order);
	return err;
}

static int mx_bench_show(struct seq_file *m, void *unused)
{
	bool first = true;
	unsigned int i;
	int err = 0;

	mutex_lock(&mx_bench_lock);
	seq_puts(m, "{\n");
	for (i = 0; i < 2 && !err; i++) {
		if (!mx_bench_family[i].n)
			continue;
		if (!first)
			seq_puts(m, ",\n");
		first = false;
		err = mx_bench_run(m, &mx_bench_family[i]);
	}
	seq_puts(m, "\n}\n");
	mutex_unlock(&mx_bench_lock);
	return err;
}

static int mx_bench_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, mx_bench_show, NULL, 64 << 10);
}

static ssize_t mx_bench_write(struct file *file, const char __user *buf, size_t len,
			      loff_t *pos)
{
	u8 rec[MX_BENCH_RECORD];
	size_t done;

	if (len % sizeof(rec))
		return -EINVAL;
	for (done = 0; done < len; done += sizeof(rec)) {
		struct mx_bench *b;

		if (copy_from_user(rec, buf + done, sizeof(rec)))
			return -EFAULT;
		if (rec[0] != 4 && rec[0] != 6)
			return -EINVAL;
		b = &mx_bench_family[rec[0] == 6];
		mutex_lock(&mx_bench_lock);
		if (b->n == max_prefixes) {
			mutex_unlock(&mx_bench_lock);
			return -ENOSPC;
		}
		b->route[b->n].plen = rec[1];
		memcpy(b->route[b->n].addr, rec + 2, sizeof(b->route->addr));
		b->n++;
		mutex_unlock(&mx_bench_lock);
	}
	return len;
}

static const struct file_operations mx_bench_fops = {
	.owner = THIS_MODULE,
	.open = mx_bench_open,
	.read = seq_read,
	.write = mx_bench_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static void mx_bench_free(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		kvfree(mx_bench_family[i].route);
	kvfree(mx_bench_spoiler);
}

static int __init mx_bench_init(void)
{
	unsigned int i;

	mx_bench_spoiler = kvzalloc(MX_BENCH_SPOIL, GFP_KERNEL);
	for (i = 0; i < 2; i++) {
		struct mx_bench *b = &mx_bench_family[i];

		b->bytes = i ? 16 : 4;
		b->route = kvcalloc(max_prefixes, sizeof(*b->route), GFP_KERNEL);
		if (!b->route || !mx_bench_spoiler) {
			mx_bench_free();
			return -ENOMEM;
		}
		mx_lpm_init(&b->lpm, i ? AF_INET6 : AF_INET, &mx_bench_lock);
	}
	mx_bench_dir = debugfs_create_dir("mx_lpm_bench", NULL);
	debugfs_create_file("bench", 0600, mx_bench_dir, NULL, &mx_bench_fops);
	return 0;
}

static void __exit mx_bench_exit(void)
{
	debugfs_remove_recursive(mx_bench_dir);
	rcu_barrier();
	mx_bench_free();
}

module_init(mx_bench_init);
module_exit(mx_bench_exit);
MODULE_DESCRIPTION("Bench of mutex's prefix trie beside the kernel's FIB");
MODULE_LICENSE("GPL");
