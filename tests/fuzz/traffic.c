// SPDX-License-Identifier: GPL-2.0
/* Packets through the namespaces while their configuration is fuzzed. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fuzz.h"

#define TRAFFIC_SOCKS	24
#define TRAFFIC_CONNS	16

static const uint16_t traffic_ports[] = { 53, 80, 8080 };

struct traffic {
	struct pollfd fds[TRAFFIC_SOCKS];
	bool listens[TRAFFIC_SOCKS];
	unsigned int n;
	int client4, client6, local4, local6;
	int conn[TRAFFIC_CONNS];
	unsigned int conns;
};

static int traffic_socket(int family, int type)
{
	int one = 1, fd = socket(family, type | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		perror("# traffic: socket");
		exit(1);
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	return fd;
}

static socklen_t traffic_addr(struct sockaddr_storage *ss, const char *text,
			      uint16_t port)
{
	struct sockaddr_in6 *six = (void *)ss;
	struct sockaddr_in *four = (void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		return sizeof(*four);
	}
	inet_pton(AF_INET6, text, &six->sin6_addr);
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port);
	return sizeof(*six);
}

/* Servers that echo what comes by UDP and close what comes by TCP. */
static void traffic_listen(struct traffic *t, int family, int type,
			   uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = traffic_addr(&ss, family == AF_INET ? "0.0.0.0" : "::",
				     port);
	int fd = traffic_socket(family, type);

	if (bind(fd, (void *)&ss, len) ||
	    (type == SOCK_STREAM && listen(fd, 64))) {
		perror("# traffic: bind");
		exit(1);
	}
	t->listens[t->n] = type == SOCK_STREAM;
	t->fds[t->n++] = (struct pollfd) { .fd = fd, .events = POLLIN };
}

static void traffic_serve(struct traffic *t)
{
	struct sockaddr_storage from;
	static char buf[4096];
	unsigned int i, n;
	socklen_t len;
	ssize_t got;
	int fd;

	for (i = 0; i < t->n; i++) {
		if (!(t->fds[i].revents & POLLIN))
			continue;
		for (n = 0; n < 32; n++) {
			len = sizeof(from);
			if (t->listens[i]) {
				fd = accept(t->fds[i].fd, NULL, NULL);
				if (fd < 0)
					break;
				close(fd);
				continue;
			}
			got = recvfrom(t->fds[i].fd, buf, sizeof(buf),
				       MSG_DONTWAIT, (void *)&from, &len);
			if (got < 0)
				break;
			sendto(t->fds[i].fd, buf, got, MSG_DONTWAIT,
			       (void *)&from, len);
		}
	}
}

static const char *traffic_service(bool six)
{
	static char text[32];

	snprintf(text, sizeof(text), six ? "fd00:5::%u" : "203.0.113.%u",
		 rnd_below(8));
	return text;
}

/* New source ports now and then: more flows than one. */
static void traffic_rebind(int *fd, int family)
{
	close(*fd);
	*fd = traffic_socket(family, SOCK_DGRAM);
}

static void traffic_burst(int fd, bool six)
{
	static char payload[3000], trash[4096];
	struct sockaddr_storage ss;
	unsigned int n;
	socklen_t len;

	for (n = 0; n < 8; n++) {
		len = traffic_addr(&ss, traffic_service(six),
				   traffic_ports[rnd_below(3)]);
		/* some need fragments */
		sendto(fd, payload, one_in(16) ? sizeof(payload) :
		       rnd_below(1400), MSG_DONTWAIT, (void *)&ss, len);
	}
	while (recv(fd, trash, sizeof(trash), MSG_DONTWAIT) >= 0)
		;
}

/* Connections are left half open, closed, or reset. */
static void traffic_connect(struct traffic *t, bool six)
{
	struct linger reset = { .l_onoff = 1 };
	int *slot = &t->conn[t->conns++ % TRAFFIC_CONNS];
	struct sockaddr_storage ss;
	socklen_t len;

	if (*slot >= 0) {
		if (one_in(2))
			setsockopt(*slot, SOL_SOCKET, SO_LINGER, &reset,
				   sizeof(reset));
		close(*slot);
	}
	*slot = traffic_socket(six ? AF_INET6 : AF_INET, SOCK_STREAM);
	len = traffic_addr(&ss, traffic_service(six), traffic_ports[1]);
	connect(*slot, (void *)&ss, len);
}

static void traffic_run(const char *client, const char *balancer,
			const char *server)
{
	static struct traffic t;
	unsigned int i;

	netns_enter(server);
	for (i = 0; i < ARRAY_SIZE(traffic_ports); i++) {
		traffic_listen(&t, AF_INET, SOCK_DGRAM, traffic_ports[i]);
		traffic_listen(&t, AF_INET6, SOCK_DGRAM, traffic_ports[i]);
		traffic_listen(&t, AF_INET, SOCK_STREAM, traffic_ports[i]);
		traffic_listen(&t, AF_INET6, SOCK_STREAM, traffic_ports[i]);
	}
	netns_enter(balancer);
	t.local4 = traffic_socket(AF_INET, SOCK_DGRAM);
	t.local6 = traffic_socket(AF_INET6, SOCK_DGRAM);
	netns_enter(client);
	t.client4 = traffic_socket(AF_INET, SOCK_DGRAM);
	t.client6 = traffic_socket(AF_INET6, SOCK_DGRAM);
	for (i = 0; i < TRAFFIC_CONNS; i++)
		t.conn[i] = -1;
	for (;;) {
		if (poll(t.fds, t.n, 2) > 0)
			traffic_serve(&t);
		traffic_burst(t.client4, false);
		traffic_burst(t.client6, true);
		traffic_burst(t.local4, false);
		traffic_burst(t.local6, true);
		traffic_connect(&t, one_in(2));
		if (one_in(8))
			traffic_rebind(&t.client4, AF_INET);
		if (one_in(8))
			traffic_rebind(&t.client6, AF_INET6);
	}
}

/**
 * traffic_start() - send packets until told to stop
 * @client: namespace of who asks
 * @balancer: namespace of who steers
 * @server: namespace of who answers
 *
 * Return: the process.
 */
int traffic_start(const char *client, const char *balancer, const char *server)
{
	int parent = getpid(), pid = fork();

	if (pid < 0) {
		perror("# fork");
		exit(1);
	}
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		exit(0);
	if (nice(5) < 0)
		errno = 0;
	traffic_run(client, balancer, server);
	exit(0);
}

/**
 * traffic_stop() - stop sending
 * @pid: from traffic_start()
 */
void traffic_stop(int pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
