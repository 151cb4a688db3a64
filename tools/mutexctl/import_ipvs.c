// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl import ipvsadm: what ipvsadm-save has written
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "ctl.h"
#include "import.h"

/* Options of ipvsadm that a saved file may have. */
enum mx_ipvs_opt {
	MX_IPVS_ADD_SERVICE, MX_IPVS_ADD_SERVER, MX_IPVS_CLEAR,
	MX_IPVS_TCP, MX_IPVS_UDP, MX_IPVS_SCTP, MX_IPVS_MARK, MX_IPVS_IPV6,
	MX_IPVS_SCHED, MX_IPVS_FLAGS, MX_IPVS_PERSIST, MX_IPVS_NETMASK,
	MX_IPVS_OPS, MX_IPVS_PE,
	MX_IPVS_SERVER, MX_IPVS_WEIGHT, MX_IPVS_UPPER, MX_IPVS_LOWER,
	MX_IPVS_GATE, MX_IPVS_TUNNEL, MX_IPVS_MASQ,
	MX_IPVS_TUN_VALUE, MX_IPVS_TUN_FLAG, MX_IPVS_NUMERIC,
	MX_IPVS_OPTS,
};

/* Value: 0 none, 1 one, 2 one that may be left out. */
static const struct {
	const char *name;
	const char *longer;
	uint8_t opt;
	uint8_t value;
} mx_ipvs_opts[] = {
	{ "-A", "--add-service", MX_IPVS_ADD_SERVICE, 0 },
	{ "-a", "--add-server", MX_IPVS_ADD_SERVER, 0 },
	{ "-C", "--clear", MX_IPVS_CLEAR, 0 },
	{ "-t", "--tcp-service", MX_IPVS_TCP, 1 },
	{ "-u", "--udp-service", MX_IPVS_UDP, 1 },
	{ "--sctp", "--sctp-service", MX_IPVS_SCTP, 1 },
	{ "-f", "--fwmark-service", MX_IPVS_MARK, 1 },
	{ "-6", "--ipv6", MX_IPVS_IPV6, 0 },
	{ "-s", "--scheduler", MX_IPVS_SCHED, 1 },
	{ "-b", "--sched-flags", MX_IPVS_FLAGS, 1 },
	{ "-p", "--persistent", MX_IPVS_PERSIST, 2 },
	{ "-M", "--netmask", MX_IPVS_NETMASK, 1 },
	{ "-O", "--ops", MX_IPVS_OPS, 0 },
	{ "-o", "--ops", MX_IPVS_OPS, 0 },
	{ "--pe", "--pe", MX_IPVS_PE, 1 },
	{ "-r", "--real-server", MX_IPVS_SERVER, 1 },
	{ "-w", "--weight", MX_IPVS_WEIGHT, 1 },
	{ "-x", "--u-threshold", MX_IPVS_UPPER, 1 },
	{ "-y", "--l-threshold", MX_IPVS_LOWER, 1 },
	{ "-g", "--gatewaying", MX_IPVS_GATE, 0 },
	{ "-i", "--ipip", MX_IPVS_TUNNEL, 0 },
	{ "-m", "--masquerading", MX_IPVS_MASQ, 0 },
	{ "--tun-type", "--tun-type", MX_IPVS_TUN_VALUE, 1 },
	{ "--tun-port", "--tun-port", MX_IPVS_TUN_VALUE, 1 },
	{ "--tun-nocsum", "--tun-nocsum", MX_IPVS_TUN_FLAG, 0 },
	{ "--tun-csum", "--tun-csum", MX_IPVS_TUN_FLAG, 0 },
	{ "--tun-remcsum", "--tun-remcsum", MX_IPVS_TUN_FLAG, 0 },
	{ "-n", "--numeric", MX_IPVS_NUMERIC, 0 },
};

/* Schedulers, and ours that come nearest. */
static const struct {
	const char *name;
	const char *lb;
	const char *hash;
	const char *note;
} mx_ipvs_scheds[] = {
	{ "rr", "rr", NULL, NULL },
	{ "wrr", "wrr", NULL, NULL },
	{ "lc", "lc", NULL, NULL },
	{ "wlc", "lc", NULL, NULL },
	{ "sh", "hash", "src", NULL },
	{ "dh", "hash", "dst", NULL },
	{ "mh", "hash", "src", NULL },
	{ "sed", "lc", NULL, "lc counts connections, without the expected delay" },
	{ "nq", "lc", NULL, "lc counts connections; it does pick an idle server first" },
	{ "lblc", "hash", "dst", "hash keeps a destination's server, whatever its load" },
	{ "lblcr", "hash", "dst", "hash keeps a destination's server, whatever its load" },
	{ "fo", "wrr", NULL, "wrr uses all servers, not the heaviest alone" },
	{ "ovf", "wrr", NULL, "wrr uses all servers, not one until it is full" },
	{ "twos", "random", NULL, "random picks one server, not the better of two" },
};

/* One line: the options' values, "" for an option without one. */
struct mx_ipvs_line {
	const char *value[MX_IPVS_OPTS];
};

/**
 * struct mx_ipvs_service - a service
 * @proto: tcp, udp, sctp, or NULL for a mark
 * @addr: its address, of a mark only the family
 * @port: its port, 0 for all
 * @mark: its mark, 0 for none
 * @known: address and port were numbers
 * @text: as it was written, to find it again
 * @group: what it becomes
 */
struct mx_ipvs_service {
	const char *proto;
	struct mx_addr addr;
	uint16_t port;
	uint32_t mark;
	bool known;
	char text[128];
	struct mx_imp_group group;
};

/**
 * struct mx_ipvs - a file
 * @imp: what is read
 * @services: its services
 * @n: how many
 * @size: allocated
 */
struct mx_ipvs {
	struct mx_import *imp;
	struct mx_ipvs_service *services;
	unsigned int n;
	unsigned int size;
};

static int mx_ipvs_find(const char *s)
{
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(mx_ipvs_opts); i++) {
		if (!strcmp(s, mx_ipvs_opts[i].name) ||
		    !strcmp(s, mx_ipvs_opts[i].longer))
			return i;
	}
	return -1;
}

static int mx_ipvs_split(struct mx_import *imp, struct mx_ipvs_line *l)
{
	char *argv[MX_LINE_WORDS];
	int argc, i, o;

	memset(l, 0, sizeof(*l));
	argc = mx_split(imp->buf, argv, MX_LINE_WORDS);
	if (argc < 0)
		return mx_usage(imp->ctl, argc == -1 ? "a quote is not closed" :
				"too many words");
	for (i = 0; i < argc; i++) {
		const char *s = argv[i];

		o = mx_ipvs_find(s);
		if (o < 0)
			return mx_usage(imp->ctl, "\"%s\" is no option of ipvsadm that is known here",
					s);
		if (l->value[mx_ipvs_opts[o].opt] &&
		    mx_ipvs_opts[o].opt != MX_IPVS_TUN_VALUE &&
		    mx_ipvs_opts[o].opt != MX_IPVS_TUN_FLAG)
			return mx_usage(imp->ctl, "\"%s\" comes twice", s);
		l->value[mx_ipvs_opts[o].opt] = "";
		if (!mx_ipvs_opts[o].value)
			continue;
		if (i + 1 < argc && (mx_ipvs_opts[o].value == 1 ||
				     mx_ipvs_find(argv[i + 1]) < 0))
			l->value[mx_ipvs_opts[o].opt] = argv[++i];
		else if (mx_ipvs_opts[o].value == 1)
			return mx_usage(imp->ctl, "\"%s\" needs a value", s);
	}
	return MX_EXIT_OK;
}

/* ADDR[:PORT], the port perhaps by its name. 1: the address is a name. */
static int mx_ipvs_endpoint(struct mx_import *imp, const char *s,
			    const char *proto, struct mx_addr *addr,
			    uint16_t *port)
{
	const char *tail = NULL, *end = s + strlen(s);
	struct servent *ent;
	char host[128];
	uint32_t v;

	memset(addr, 0, sizeof(*addr));
	*port = 0;
	if (*s == '[') {
		end = strchr(++s, ']');
		if (!end || (end[1] && end[1] != ':'))
			return mx_usage(imp->ctl, "\"[%s\" is not [IPv6]:PORT", s),
			       -1;
		tail = end[1] ? end + 2 : NULL;
	} else if (strchr(s, ':') == strrchr(s, ':') && strchr(s, ':')) {
		end = strchr(s, ':');
		tail = end + 1;
	}
	if (end == s || (size_t)(end - s) >= sizeof(host))
		return mx_usage(imp->ctl, "\"%s\" is not an address", s), -1;
	memcpy(host, s, end - s);
	host[end - s] = '\0';
	if (tail && *tail >= '0' && *tail <= '9') {
		if (mx_parse_u32(imp->ctl, "port", tail, UINT16_MAX, &v))
			return -1;
		*port = v;
	} else if (tail) {
		ent = getservbyname(tail, proto);
		if (!ent)
			return mx_usage(imp->ctl, "\"%s\" is no port that is known here",
					tail), -1;
		*port = ntohs(ent->s_port);
	}
	/* What may be an address has to be one; all else is a name. */
	if (strchr(host, ':') || !host[strspn(host, "0123456789./")])
		return mx_parse_addr(imp->ctl, host, addr) ? -1 : 0;
	return 1;
}

/* The service that a line names: 0, or -1 after a message. */
static int mx_ipvs_name(struct mx_import *imp, const struct mx_ipvs_line *l,
			struct mx_ipvs_service *s)
{
	static const struct {
		uint8_t opt;
		const char *proto;
	} kinds[] = {
		{ MX_IPVS_TCP, "tcp" }, { MX_IPVS_UDP, "udp" },
		{ MX_IPVS_SCTP, "sctp" }, { MX_IPVS_MARK, NULL },
	};
	const char *value = NULL;
	unsigned int i, n = 0;
	int ret;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < MX_ARRAY_SIZE(kinds); i++) {
		if (!l->value[kinds[i].opt])
			continue;
		value = l->value[kinds[i].opt];
		s->proto = kinds[i].proto;
		n++;
	}
	if (n != 1) {
		mx_usage(imp->ctl, n ? "more than one service" :
			 "the service is missing: -t, -u, --sctp or -f");
		return -1;
	}
	snprintf(s->text, sizeof(s->text), "%s%s %s",
		 s->proto ? s->proto : "mark", l->value[MX_IPVS_IPV6] ? "6" : "",
		 value);
	s->known = true;
	if (!s->proto) {
		s->addr.len = l->value[MX_IPVS_IPV6] ? 16 : 4;
		if (mx_parse_u32(imp->ctl, "mark", value, UINT32_MAX, &s->mark))
			return -1;
		if (!s->mark)
			return mx_usage(imp->ctl, "mark 0 is none"), -1;
		return 0;
	}
	ret = mx_ipvs_endpoint(imp, value, s->proto, &s->addr, &s->port);
	s->known = !ret;
	return ret < 0 ? -1 : 0;
}

static bool mx_ipvs_same(const struct mx_ipvs_service *a,
			 const struct mx_ipvs_service *b)
{
	if (!a->known || !b->known)
		return !strcmp(a->text, b->text);
	return a->proto == b->proto && a->mark == b->mark &&
	       a->port == b->port && mx_imp_same_addr(&a->addr, &b->addr);
}

static struct mx_ipvs_service *mx_ipvs_lookup(struct mx_ipvs *f,
					      const struct mx_ipvs_service *s)
{
	unsigned int i;

	/* Servers stand behind their service. */
	for (i = f->n; i-- > 0;) {
		if (mx_ipvs_same(&f->services[i], s))
			return &f->services[i];
	}
	return NULL;
}

static void mx_ipvs_sched(struct mx_import *imp, const char *name,
			  const char *flags, struct mx_imp_group *g)
{
	size_t i;

	g->lb = "lc";
	for (i = 0; i < MX_ARRAY_SIZE(mx_ipvs_scheds); i++) {
		if (strcmp(name, mx_ipvs_scheds[i].name))
			continue;
		g->lb = mx_ipvs_scheds[i].lb;
		g->hash = mx_ipvs_scheds[i].hash;
		if (mx_ipvs_scheds[i].note)
			mx_imp_note(imp, imp->line, "scheduler %s: %s", name,
				    mx_ipvs_scheds[i].note);
		break;
	}
	if (i == MX_ARRAY_SIZE(mx_ipvs_scheds))
		mx_imp_note(imp, imp->line, "scheduler %s is not known here: lc in its place",
			    name);
	if (!flags)
		return;
	if (g->hash && (strstr(flags, "-port") || strstr(flags, "flag-2"))) {
		g->hash = "5tuple";
		mx_imp_note(imp, imp->line, "flag %s: the key is the whole 5-tuple, not source and port",
			    flags);
	} else if (!strstr(flags, "-fallback") && !strstr(flags, "flag-1")) {
		mx_imp_note(imp, imp->line, "flag %s: not carried over", flags);
	}
}

/* -p SECONDS -M NETMASK */
static int mx_ipvs_persist(struct mx_import *imp, const struct mx_ipvs_line *l,
			   bool v6, struct mx_imp_group *g)
{
	const char *mask = l->value[MX_IPVS_NETMASK];
	struct in_addr in;
	uint32_t v, bits;

	if (mask && !l->value[MX_IPVS_PERSIST])
		return mx_usage(imp->ctl, "-M needs -p");
	if (!l->value[MX_IPVS_PERSIST])
		return MX_EXIT_OK;
	g->persist = 360;
	if (*l->value[MX_IPVS_PERSIST] &&
	    mx_parse_u32(imp->ctl, "persistence", l->value[MX_IPVS_PERSIST],
			 4000000, &g->persist))
		return MX_EXIT_USAGE;
	if (!mask)
		return MX_EXIT_OK;
	if (v6) {
		if (mx_parse_u32(imp->ctl, "netmask", mask, 128, &g->plen6))
			return MX_EXIT_USAGE;
		return MX_EXIT_OK;
	}
	if (inet_pton(AF_INET, mask, &in) != 1)
		return mx_usage(imp->ctl, "\"%s\" is not a netmask", mask);
	v = ntohl(in.s_addr);
	for (bits = 0; bits < 32 && v & 1U << (31 - bits); bits++)
		;
	if (bits < 32 && v << bits)
		return mx_usage(imp->ctl, "\"%s\" is not a netmask", mask);
	g->plen4 = bits;
	return MX_EXIT_OK;
}

static void mx_ipvs_group_name(struct mx_ipvs *f, struct mx_ipvs_service *s)
{
	char text[64], name[96];

	if (s->mark)
		snprintf(name, sizeof(name), "mark-%u%s", s->mark,
			 s->addr.len == 16 ? "-ipv6" : "");
	else
		snprintf(name, sizeof(name), "%s-%s", s->proto,
			 mx_imp_addr_text(&s->addr, s->port, text,
					  sizeof(text)));
	if (strlen(name) > MX_IMP_NAME || !s->known)
		snprintf(name, sizeof(name), "ipvs-%u", f->n);
	snprintf(s->group.name, sizeof(s->group.name), "%.*s", MX_IMP_NAME,
		 name);
}

static int mx_ipvs_service(struct mx_ipvs *f, const struct mx_ipvs_line *l)
{
	struct mx_import *imp = f->imp;
	struct mx_ipvs_service *s, new;
	const char *sched = l->value[MX_IPVS_SCHED];
	int ret;

	if (mx_ipvs_name(imp, l, &new))
		return MX_EXIT_USAGE;
	if (mx_ipvs_lookup(f, &new))
		return mx_usage(imp->ctl, "the service %s is there already",
				new.text);
	s = mx_imp_grow(imp, f->services, f->n, &f->size, MX_IMP_GROUPS,
			sizeof(*s), "services");
	if (!s)
		return MX_EXIT_USAGE;
	f->services = s;
	s += f->n++;
	*s = new;
	s->group.line = imp->line;
	s->group.forward = "nat";
	mx_ipvs_group_name(f, s);
	mx_ipvs_sched(imp, sched ? sched : "wlc", l->value[MX_IPVS_FLAGS],
		      &s->group);
	ret = mx_ipvs_persist(imp, l, s->addr.len == 16, &s->group);
	if (ret)
		return ret;
	if (!s->known) {
		mx_imp_note(imp, imp->line, "service %s has a name for an address: ipvsadm-save -n writes numbers",
			    s->text);
		s->group.left_out = true;
	}
	if (s->mark)
		mx_imp_note(imp, imp->line, "mark %u has to be set in the raw table: mutex decides before mangle",
			    s->mark);
	if (l->value[MX_IPVS_OPS])
		mx_imp_note(imp, imp->line, "-O: a packet is not balanced by itself, its flow is");
	if (l->value[MX_IPVS_PE])
		mx_imp_note(imp, imp->line, "--pe %s: not carried over",
			    l->value[MX_IPVS_PE]);
	return MX_EXIT_OK;
}

/* The numbers of a server's line. */
static int mx_ipvs_numbers(struct mx_import *imp, const struct mx_ipvs_line *l,
			   struct mx_imp_server *r)
{
	uint32_t v = 1;

	if (l->value[MX_IPVS_WEIGHT] &&
	    mx_parse_u32(imp->ctl, "weight", l->value[MX_IPVS_WEIGHT], INT32_MAX,
			 &v))
		return MX_EXIT_USAGE;
	r->weight = v;
	if (l->value[MX_IPVS_UPPER] &&
	    mx_parse_u32(imp->ctl, "threshold", l->value[MX_IPVS_UPPER],
			 UINT32_MAX, &r->max_conns))
		return MX_EXIT_USAGE;
	v = 0;
	if (l->value[MX_IPVS_LOWER] &&
	    mx_parse_u32(imp->ctl, "threshold", l->value[MX_IPVS_LOWER],
			 UINT32_MAX, &v))
		return MX_EXIT_USAGE;
	if (v)
		mx_imp_note(imp, imp->line, "-y %u: a server takes connections again as soon as it is below its limit",
			    v);
	return MX_EXIT_OK;
}

/* A group has one forward mode, that of its first server which has one here. */
static void mx_ipvs_forward(struct mx_import *imp, const struct mx_ipvs_line *l,
			    struct mx_imp_group *g, struct mx_imp_server *r)
{
	const char *forward = l->value[MX_IPVS_MASQ] ? "nat" : "route";
	unsigned int i;

	if (l->value[MX_IPVS_TUNNEL]) {
		mx_imp_note(imp, imp->line, "server %s: a tunnel is not carried over",
			    r->name);
		r->left_out = true;
		return;
	}
	/* The packet stays as it is, port and all. */
	if (!l->value[MX_IPVS_MASQ])
		r->port = 0;
	for (i = 0; i < g->nservers && (g->servers[i].left_out ||
					&g->servers[i] == r); i++)
		;
	if (i == g->nservers) {
		g->forward = forward;
	} else if (strcmp(g->forward, forward)) {
		mx_imp_note(imp, imp->line, "server %s: its group forwards by %s, a group of its own may do so by %s",
			    r->name, g->forward, forward);
		r->left_out = true;
	}
}

static int mx_ipvs_server(struct mx_ipvs *f, const struct mx_ipvs_line *l)
{
	struct mx_import *imp = f->imp;
	struct mx_ipvs_service *s, name;
	struct mx_imp_server *r;
	unsigned int i;
	int ret;

	if (mx_ipvs_name(imp, l, &name))
		return MX_EXIT_USAGE;
	s = mx_ipvs_lookup(f, &name);
	if (!s)
		return mx_usage(imp->ctl, "there is no service %s above",
				name.text);
	if (!l->value[MX_IPVS_SERVER])
		return mx_usage(imp->ctl, "the server is missing: -r");
	if (!!l->value[MX_IPVS_GATE] + !!l->value[MX_IPVS_TUNNEL] +
	    !!l->value[MX_IPVS_MASQ] > 1)
		return mx_usage(imp->ctl, "-g, -i and -m exclude one another");
	r = mx_imp_server(imp, &s->group);
	if (!r)
		return MX_EXIT_USAGE;
	snprintf(r->name, sizeof(r->name), "%s", l->value[MX_IPVS_SERVER]);
	ret = mx_ipvs_endpoint(imp, l->value[MX_IPVS_SERVER], s->proto, &r->addr,
			       &r->port);
	if (ret < 0)
		return MX_EXIT_USAGE;
	if (ret > 0) {
		mx_imp_note(imp, imp->line, "server %s has a name for an address: ipvsadm-save -n writes numbers",
			    r->name);
		r->left_out = true;
	}
	ret = mx_ipvs_numbers(imp, l, r);
	if (ret)
		return ret;
	if (!r->left_out && s->known && r->addr.len != s->addr.len) {
		mx_imp_note(imp, imp->line, "server %s: not of the service's address family",
			    r->name);
		r->left_out = true;
	}
	if (!r->left_out)
		mx_ipvs_forward(imp, l, &s->group, r);
	if (l->value[MX_IPVS_TUN_VALUE] || l->value[MX_IPVS_TUN_FLAG])
		mx_imp_note(imp, imp->line, "server %s: --tun-...: not carried over",
			    r->name);
	for (i = 0; !r->left_out && i + 1 < s->group.nservers; i++) {
		const struct mx_imp_server *o = &s->group.servers[i];

		if (!o->left_out && o->port == r->port &&
		    mx_imp_same_addr(&o->addr, &r->addr))
			return mx_usage(imp->ctl, "the server %s is there already",
					r->name);
	}
	return MX_EXIT_OK;
}

static int mx_ipvs_line(struct mx_ipvs *f)
{
	struct mx_ipvs_line l;
	int ret, i, n = 0;

	ret = mx_ipvs_split(f->imp, &l);
	if (ret)
		return ret;
	for (i = 0; i < MX_IPVS_OPTS; i++)
		n += !!l.value[i];
	if (!n || (l.value[MX_IPVS_CLEAR] && n == 1))
		return MX_EXIT_OK;
	if (!!l.value[MX_IPVS_ADD_SERVICE] + !!l.value[MX_IPVS_ADD_SERVER] +
	    !!l.value[MX_IPVS_CLEAR] != 1)
		return mx_usage(f->imp->ctl, "one of -A and -a is wanted");
	if (l.value[MX_IPVS_ADD_SERVICE])
		return mx_ipvs_service(f, &l);
	return mx_ipvs_server(f, &l);
}

static void mx_ipvs_print(struct mx_ipvs *f)
{
	struct mx_imp_rule r;
	unsigned int i, j;

	for (i = 0; i < f->n; i++) {
		struct mx_imp_group *g = &f->services[i].group;

		for (j = 0; j < g->nservers && g->servers[j].left_out; j++)
			;
		if (j == g->nservers && !g->left_out) {
			mx_imp_note(f->imp, g->line, "group %s has no server left, it is left out",
				    g->name);
			g->left_out = true;
		}
		mx_imp_finish_group(f->imp, g);
	}
	mx_imp_begin(f->imp);
	for (i = 0; i < f->n; i++)
		mx_imp_print_group(f->imp, &f->services[i].group);
	for (i = 0; i < f->n; i++) {
		const struct mx_ipvs_service *s = &f->services[i];

		memset(&r, 0, sizeof(r));
		r.priority = s->mark ? MX_IMP_PRIO_MARK :
			     s->port ? MX_IMP_PRIO_PORT : MX_IMP_PRIO_ADDR;
		r.addr = s->addr;
		r.any = !!s->mark;
		r.proto = s->proto;
		r.min = s->port;
		r.max = s->port;
		r.mark = s->mark;
		memcpy(r.group, s->group.name, sizeof(r.group));
		r.left_out = s->group.left_out;
		mx_imp_print_rule(f->imp, &r);
	}
	mx_imp_end(f->imp);
}

/**
 * mx_import_ipvs() - read a file of ipvsadm-save and print commands
 * @imp: the file
 *
 * Return: exit status.
 */
int mx_import_ipvs(struct mx_import *imp)
{
	struct mx_ipvs f = { .imp = imp };
	int ret = MX_EXIT_OK, more;
	unsigned int i;

	while (!ret && (more = mx_imp_line(imp)))
		ret = more < 0 ? MX_EXIT_USAGE : mx_ipvs_line(&f);
	if (!ret && !f.n)
		ret = mx_usage(imp->ctl, "the file has no service");
	if (!ret)
		mx_ipvs_print(&f);
	for (i = 0; i < f.n; i++)
		free(f.services[i].group.servers);
	free(f.services);
	return ret;
}
