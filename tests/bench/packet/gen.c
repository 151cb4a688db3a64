// SPDX-License-Identifier: GPL-2.0
/*
 * A packet generator that stands for a network card and its driver: it hands
 * packets to the stack as received by a device, up to 64 between two breaths,
 * as a driver's poll does. Nobody else holds them, so nobody has to copy them.
 * (pktgen keeps a reference to what it sends: each IP stack then clones every
 * packet, while fast paths need not.)
 *
 * A line written to debugfs file mx_gen/send names the run:
 *	DEVICE SOURCE DESTINATION FLOWS COUNT
 * COUNT UDP packets of FLOWS flows in turn enter by DEVICE of the writer's
 * network namespace. Flow i comes from source port 1024 + i % 50000 and from
 * the i / 50000 th address from SOURCE on; the flows' order jumps. Reading
 * the file gives the nanoseconds that the last run took.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/interrupt.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/net_namespace.h>

#define MX_GEN_PORT		1024
#define MX_GEN_PORTS		50000
#define MX_GEN_PAYLOAD		18	/* makes an IPv4 frame of 60 bytes */
#define MX_GEN_BUDGET		64	/* NAPI's */
#define MX_GEN_STEP		7919	/* a prime, so that no flow is left out */

/**
 * struct mx_gen - a run
 * @dev: device
 * @family: AF_INET or AF_INET6
 * @src: first source address; the last 32 bits count up
 * @dst: destination address
 * @flows: how many flows
 * @count: how many packets
 */
struct mx_gen {
	struct net_device *dev;
	u16 family;
	struct in6_addr src;
	struct in6_addr dst;
	u32 flows;
	u32 count;
};

static DEFINE_MUTEX(mx_gen_lock);
static struct dentry *mx_gen_dir;
static u64 mx_gen_ns;

static void mx_gen_ip4(struct sk_buff *skb, const struct mx_gen *g,
		       struct udphdr *uh, u32 host)
{
	struct iphdr *iph = ip_hdr(skb);

	*iph = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons(skb->len),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = htonl(ntohl(g->src.s6_addr32[3]) + host),
		.daddr = g->dst.s6_addr32[3],
	};
	iph->check = ip_fast_csum(iph, iph->ihl);
	uh->check = csum_tcpudp_magic(iph->saddr, iph->daddr,
				      sizeof(*uh) + MX_GEN_PAYLOAD,
				      IPPROTO_UDP,
				      csum_partial(uh, sizeof(*uh), 0));
}

static void mx_gen_ip6(struct sk_buff *skb, const struct mx_gen *g,
		       struct udphdr *uh, u32 host)
{
	struct ipv6hdr *ip6h = ipv6_hdr(skb);

	*ip6h = (struct ipv6hdr){
		.version = 6,
		.payload_len = htons(sizeof(*uh) + MX_GEN_PAYLOAD),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = 64,
		.saddr = g->src,
		.daddr = g->dst,
	};
	ip6h->saddr.s6_addr32[3] = htonl(ntohl(g->src.s6_addr32[3]) + host);
	uh->check = csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr,
				    sizeof(*uh) + MX_GEN_PAYLOAD, IPPROTO_UDP,
				    csum_partial(uh, sizeof(*uh), 0));
}

/* A packet of flow @flow; the payload is zeros. */
static struct sk_buff *mx_gen_packet(const struct mx_gen *g, u32 flow)
{
	const u32 ihl = g->family == AF_INET ? sizeof(struct iphdr) :
					       sizeof(struct ipv6hdr);
	const u32 len = ihl + sizeof(struct udphdr) + MX_GEN_PAYLOAD;
	struct udphdr *uh;
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(g->dev, ETH_HLEN + len);
	if (!skb)
		return NULL;
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, g->dev->dev_addr);
	eth_zero_addr(eth->h_source);
	eth->h_source[0] = 2;
	eth->h_proto = htons(g->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	skb->protocol = eth_type_trans(skb, g->dev);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, ihl);
	memset(skb_put(skb, len) + ihl + sizeof(*uh), 0, MX_GEN_PAYLOAD);
	uh = udp_hdr(skb);
	*uh = (struct udphdr){
		.source = htons(MX_GEN_PORT + flow % MX_GEN_PORTS),
		.dest = htons(80),
		.len = htons(sizeof(*uh) + MX_GEN_PAYLOAD),
	};
	if (g->family == AF_INET)
		mx_gen_ip4(skb, g, uh, flow / MX_GEN_PORTS);
	else
		mx_gen_ip6(skb, g, uh, flow / MX_GEN_PORTS);
	/* as a card does that has looked at the sums */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

/* One poll: receives up to a budget of packets. Returns how many. */
static u32 mx_gen_poll(const struct mx_gen *g, u32 *flow, u32 left)
{
	u32 n = min_t(u32, left, MX_GEN_BUDGET), step, i;
	struct sk_buff *skb;

	step = MX_GEN_STEP % g->flows;
	local_bh_disable();
	for (i = 0; i < n; i++) {
		skb = mx_gen_packet(g, *flow);
		if (!skb)
			break;
		netif_receive_skb(skb);
		*flow += step;
		if (*flow >= g->flows)
			*flow -= g->flows;
	}
	local_bh_enable();
	/* All that the packets set off is done here, or by ksoftirqd. */
	while (unlikely(local_softirq_pending()))
		schedule();
	return i;
}

static int mx_gen_run(const struct mx_gen *g)
{
	u64 start = ktime_get_ns();
	u32 flow = 0, left, n;

	for (left = g->count; left; left -= n) {
		n = mx_gen_poll(g, &flow, left);
		if (!n)
			return -ENOMEM;
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	mx_gen_ns = ktime_get_ns() - start;
	return 0;
}

static int mx_gen_address(const char *text, struct mx_gen *g,
			  struct in6_addr *addr)
{
	if (in4_pton(text, -1, (u8 *)&addr->s6_addr32[3], -1, NULL))
		g->family = AF_INET;
	else if (in6_pton(text, -1, addr->s6_addr, -1, NULL))
		g->family = AF_INET6;
	else
		return -EINVAL;
	return 0;
}

static ssize_t mx_gen_write(struct file *file, const char __user *data,
			    size_t len, loff_t *pos)
{
	char line[160], dev[IFNAMSIZ], src[48], dst[48];
	struct mx_gen g = { };
	int err = -EINVAL;

	if (len >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, data, len))
		return -EFAULT;
	line[len] = 0;
	if (sscanf(line, "%15s %47s %47s %u %u", dev, src, dst, &g.flows,
		   &g.count) != 5 || !g.flows ||
	    mx_gen_address(src, &g, &g.src) || mx_gen_address(dst, &g, &g.dst))
		return -EINVAL;
	g.dev = dev_get_by_name(current->nsproxy->net_ns, dev);
	if (!g.dev)
		return -ENODEV;
	err = mutex_lock_interruptible(&mx_gen_lock);
	if (!err) {
		err = mx_gen_run(&g);
		mutex_unlock(&mx_gen_lock);
	}
	dev_put(g.dev);
	return err ?: len;
}

static int mx_gen_show(struct seq_file *seq, void *v)
{
	seq_printf(seq, "%llu\n", mx_gen_ns);
	return 0;
}

static int mx_gen_open(struct inode *inode, struct file *file)
{
	return single_open(file, mx_gen_show, NULL);
}

static const struct file_operations mx_gen_fops = {
	.owner = THIS_MODULE,
	.open = mx_gen_open,
	.read = seq_read,
	.write = mx_gen_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init mx_gen_init(void)
{
	mx_gen_dir = debugfs_create_dir("mx_gen", NULL);
	if (IS_ERR(mx_gen_dir))
		return PTR_ERR(mx_gen_dir);
	debugfs_create_file("send", 0600, mx_gen_dir, NULL, &mx_gen_fops);
	return 0;
}

static void __exit mx_gen_exit(void)
{
	debugfs_remove(mx_gen_dir);
}

module_init(mx_gen_init);
module_exit(mx_gen_exit);
MODULE_DESCRIPTION("Packet generator of the packet bench");
MODULE_LICENSE("GPL");
