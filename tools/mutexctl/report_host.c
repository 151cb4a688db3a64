// SPDX-License-Identifier: GPL-2.0
/*
 * What a report tells of the host: its kernel, the module, settings of the
 * network namespace, neighbours in the packets' way, and the log.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "ctl.h"
#include "report_host.h"

#define MX_LOG_LINES	200	/* of the kernel's log, the newest */

/* The first line of a file, without its end; NULL when it cannot be read. */
static char *mx_line_of(const char *path, char *buf, size_t len)
{
	FILE *in = fopen(path, "re");
	char *line = NULL;

	if (in) {
		line = fgets(buf, len, in);
		fclose(in);
		if (!line)
			errno = ENODATA;
	}
	if (line)
		line[strcspn(line, "\n")] = '\0';
	return line;
}

static int mx_report_line(FILE *fp, const char *name, const char *path)
{
	char buf[512];

	if (!mx_line_of(path, buf, sizeof(buf))) {
		fprintf(fp, "%s: not available (%s)\n", name, strerror(errno));
		return -1;
	}
	fprintf(fp, "%s: %s\n", name, buf);
	return 0;
}

/**
 * mx_report_versions() - the kernel, the module, this program
 * @fp: where to write
 *
 * Return: 0, or -1 when something is missing.
 */
int mx_report_versions(FILE *fp)
{
	char now[64] = "";
	time_t t = time(NULL);
	struct utsname u;
	struct stat st;
	int ret = 0;

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime(&t));
	fprintf(fp, "time: %s\nmutexctl: " MUTEXCTL_VERSION "\n", now);
	if (!uname(&u))
		fprintf(fp, "kernel: %s %s %s %s\n", u.sysname, u.release,
			u.version, u.machine);
	if (!stat("/proc/self/ns/net", &st))
		fprintf(fp, "netns: %llu\n", (unsigned long long)st.st_ino);
	fprintf(fp, "cpus: %ld of %ld\n", sysconf(_SC_NPROCESSORS_ONLN),
		sysconf(_SC_NPROCESSORS_CONF));
	ret |= mx_report_line(fp, "memory", "/proc/meminfo");
	ret |= mx_report_line(fp, "uptime", "/proc/uptime");
	ret |= mx_report_line(fp, "kernel tainted",
			      "/proc/sys/kernel/tainted");
	ret |= mx_report_line(fp, "module version",
			      "/sys/module/mutex/version");
	ret |= mx_report_line(fp, "module srcversion",
			      "/sys/module/mutex/srcversion");
	ret |= mx_report_line(fp, "module taint", "/sys/module/mutex/taint");
	ret |= mx_report_line(fp, "module refcount",
			      "/sys/module/mutex/refcnt");
	return ret;
}

/* Modules that see packets too. Their addresses in memory are left out. */
static bool mx_report_is_neighbour(const char *name)
{
	static const char *const start[] = {
		"mutex", "nf_", "nft_", "nfnetlink", "ip_vs", "ip_tables",
		"ip6_tables", "iptable_", "ip6table_", "xt_", "ebtable",
		"br_netfilter", "bridge", "openvswitch", "act_", "cls_",
		"sch_", "wireguard", "vxlan", "geneve", "veth", "bonding",
	};
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(start); i++) {
		if (!strncmp(name, start[i], strlen(start[i])))
			return true;
	}
	return false;
}

/**
 * mx_report_modules() - modules that see packets
 * @fp: where to write
 *
 * Return: 0, or -1 when something is missing.
 */
int mx_report_modules(FILE *fp)
{
	FILE *in = fopen("/proc/modules", "re");
	char line[1024], name[64];
	unsigned long size;
	int refs;

	if (!in) {
		fprintf(fp, "not available (%s)\n", strerror(errno));
		return -1;
	}
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%63s %lu %d", name, &size, &refs) == 3 &&
		    mx_report_is_neighbour(name))
			fprintf(fp, "%s size %lu refs %d\n", name, size, refs);
	}
	fclose(in);
	return 0;
}

static void mx_report_conf(FILE *fp, const char *family, const char *key)
{
	char path[512], buf[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/sys/net/%s/conf", family);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s",
			 family, entry->d_name, key);
		if (mx_line_of(path, buf, sizeof(buf)))
			fprintf(fp, "net.%s.conf.%s.%s = %s\n", family,
				entry->d_name, key, buf);
	}
	if (dir)
		closedir(dir);
}

/**
 * mx_report_sysctls() - settings of the namespace that change packets' ways
 * @fp: where to write
 *
 * Return: 0, or -1 when something is missing.
 */
int mx_report_sysctls(FILE *fp)
{
	static const char *const key[] = {
		"net/ipv4/ip_forward",
		"net/ipv4/ip_early_demux",
		"net/ipv4/ip_forward_use_pmtu",
		"net/ipv4/icmp_errors_use_inbound_ifaddr",
		"net/ipv4/fwmark_reflect",
		"net/ipv4/ipfrag_high_thresh",
		"net/ipv6/conf/all/forwarding",
		"net/ipv6/ip6frag_high_thresh",
		"net/netfilter/nf_conntrack_count",
		"net/netfilter/nf_conntrack_max",
		"net/netfilter/nf_conntrack_tcp_be_liberal",
		"net/ipv4/vs/conntrack",
		"net/core/netdev_max_backlog",
	};
	char path[128], buf[64];
	unsigned int seen = 0;
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(key); i++) {
		snprintf(path, sizeof(path), "/proc/sys/%s", key[i]);
		if (!mx_line_of(path, buf, sizeof(buf)))
			continue;
		fprintf(fp, "%s = %s\n", key[i], buf);
		seen++;
	}
	mx_report_conf(fp, "ipv4", "rp_filter");
	mx_report_conf(fp, "ipv4", "forwarding");
	mx_report_conf(fp, "ipv4", "accept_local");
	return seen ? 0 : -1;
}

/**
 * mx_report_devices() - the namespace's devices with their counters
 * @fp: where to write
 *
 * Return: 0, or -1 when something is missing.
 */
int mx_report_devices(FILE *fp)
{
	FILE *in = fopen("/proc/net/dev", "re");
	char line[1024];

	if (!in) {
		fprintf(fp, "not available (%s)\n", strerror(errno));
		return -1;
	}
	while (fgets(line, sizeof(line), in))
		fputs(line, fp);
	fclose(in);
	return 0;
}

/* What a program says; only that it is not there is no failure. */
static void mx_report_run(FILE *fp, const char *command)
{
	FILE *in = popen(command, "re");
	unsigned int lines = 0;
	char line[512];

	if (!in)
		return;
	while (fgets(line, sizeof(line), in) && lines++ < MX_LOG_LINES)
		fprintf(fp, "  %s", line);
	pclose(in);
}

static unsigned int mx_report_lines(const char *path)
{
	FILE *in = fopen(path, "re");
	unsigned int n = 0;
	int c;

	while (in && (c = getc(in)) != EOF)
		n += c == '\n';
	if (in)
		fclose(in);
	return n;
}

/**
 * mx_report_others() - who else is in the packets' way
 * @fp: where to write
 *
 * Return: 0.
 */
int mx_report_others(FILE *fp)
{
	unsigned int ipvs = mx_report_lines("/proc/net/ip_vs");

	fputs("tables of nftables:\n", fp);
	fflush(fp);
	mx_report_run(fp, "PATH=$PATH:/usr/sbin:/sbin; nft list tables 2>&1");
	fprintf(fp, "conntrack: %s\n",
		access("/proc/sys/net/netfilter/nf_conntrack_max", F_OK) ?
		"not loaded" : "loaded");
	if (access("/proc/net/ip_vs", F_OK))
		fputs("IPVS: not loaded\n", fp);
	else
		fprintf(fp, "IPVS: %u lines of configuration\n",
			ipvs > 3 ? ipvs - 3 : 0);
	return 0;
}

/* Lines that speak of the module: its own words, and those of a call trace. */
static bool mx_report_is_ours(const char *text)
{
	return strstr(text, "mutex: ") || strstr(text, "[mutex]");
}

/*
 * A record of /dev/kmsg is "priority,number,microseconds,flags;text", then
 * lines that begin with a blank and are not for people.
 */
static void mx_report_record(char *record, char *ring[], unsigned int *n)
{
	unsigned long long us = 0;
	char *text = strchr(record, ';'), *line;

	if (!text || !mx_report_is_ours(text))
		return;
	*text++ = '\0';
	text[strcspn(text, "\n")] = '\0';
	sscanf(record, "%*[^,],%*[^,],%llu", &us);
	if (asprintf(&line, "[%5llu.%06llu] %s", us / 1000000, us % 1000000,
		     text) < 0)
		return;
	free(ring[*n % MX_LOG_LINES]);
	ring[(*n)++ % MX_LOG_LINES] = line;
}

/**
 * mx_report_log() - the newest lines of the kernel's log that are about mutex
 * @fp: where to write
 *
 * Return: 0, or -1 when the log cannot be read.
 */
int mx_report_log(FILE *fp)
{
	char *ring[MX_LOG_LINES] = { NULL }, record[8192];
	unsigned int n = 0, i;
	ssize_t len;
	int fd;

	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		fprintf(fp, "not available (%s)\n", strerror(errno));
		return -1;
	}
	for (;;) {
		len = read(fd, record, sizeof(record) - 1);
		/* EPIPE: the oldest ones were overwritten meanwhile */
		if (len < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		mx_report_record(record, ring, &n);
	}
	close(fd);
	for (i = n > MX_LOG_LINES ? n - MX_LOG_LINES : 0; i < n; i++)
		fprintf(fp, "%s\n", ring[i % MX_LOG_LINES]);
	for (i = 0; i < MX_LOG_LINES; i++)
		free(ring[i]);
	if (!n)
		fputs("nothing\n", fp);
	return 0;
}

static bool mx_report_is_secret(const char *word, size_t len)
{
	static const char *const secret[] = {
		"check-send", "check-expect", "key", "secret", "password",
		"token",
	};
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(secret); i++) {
		if (strlen(secret[i]) == len && !memcmp(word, secret[i], len))
			return true;
	}
	return false;
}

/* The end of a word, which may have blanks between quotes. */
static const char *mx_report_word(const char *s)
{
	char quote = 0;

	for (; *s; s++) {
		if (*s == '\\' && quote != '\'' && s[1])
			s++;
		else if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\''))
			quote = *s;
		else if (!quote && isspace((unsigned char)*s))
			break;
	}
	return s;
}

/**
 * mx_report_hide() - write a line of the configuration without its secrets
 * @fp: where to write
 * @line: the line
 *
 * The word after one that a secret follows is replaced.
 */
void mx_report_hide(FILE *fp, const char *line)
{
	bool secret = false;
	const char *end;

	while (*line) {
		if (isspace((unsigned char)*line)) {
			fputc(*line++, fp);
			continue;
		}
		end = mx_report_word(line);
		if (secret)
			fputs("(hidden)", fp);
		else
			fwrite(line, 1, end - line, fp);
		secret = !secret && mx_report_is_secret(line, end - line);
		line = end;
	}
}
