// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path score: what figures would mean, by the module's own source
 */
#include <string.h>

#include "cmd_path.h"
#include "path/score.h"

/* By enum mx_status. */
static const char *const mx_score_states[] = {
	[MX_STATUS_UNKNOWN] = "unknown",
	[MX_STATUS_UP] = "up",
	[MX_STATUS_DEGRADED] = "degraded",
	[MX_STATUS_DOWN] = "down",
};

static const char *const mx_score_prefer_name[MX_PREFER_KINDS] = {
	[MX_PREFER_BALANCED] = "balanced",
	[MX_PREFER_LATENCY] = "latency",
	[MX_PREFER_BANDWIDTH] = "bandwidth",
	[MX_PREFER_LOSS] = "loss",
	[MX_PREFER_LATENCY_SENSITIVE] = "latency-sensitive",
	[MX_PREFER_THROUGHPUT] = "throughput",
	[MX_PREFER_COST] = "cost",
	[MX_PREFER_CUSTOM] = "custom",
};

static const struct mx_names mx_score_prefers = {
	"preference", MX_PREFER_KINDS, mx_score_prefer_name
};

enum mx_score_word {
	MX_SCORE_RTT,
	MX_SCORE_JITTER,
	MX_SCORE_LOSS,
	MX_SCORE_BANDWIDTH,
	MX_SCORE_COST,
	MX_SCORE_PREFER,
};

const struct mx_word mx_path_score_words[MX_PATH_SCORE_WORDS] = {
	[MX_SCORE_RTT] = { .name = "rtt", .flags = MX_WF_REQUIRED },
	[MX_SCORE_JITTER] = { .name = "jitter", .flags = MX_WF_REQUIRED },
	[MX_SCORE_LOSS] = { .name = "loss", .flags = MX_WF_REQUIRED },
	[MX_SCORE_BANDWIDTH] = { .name = "bandwidth" },
	[MX_SCORE_COST] = { .name = "cost" },
	[MX_SCORE_PREFER] = { .name = "prefer", .kind = MX_W_ENUM,
			      .names = &mx_score_prefers },
};

/* The four weights behind "custom". */
static int mx_score_custom(struct mx_ctl *ctl, struct mx_args *a,
			   struct mx_prefer *p)
{
	uint8_t *const weight[] = {
		&p->custom.latency, &p->custom.jitter, &p->custom.loss,
		&p->custom.bandwidth
	};
	uint32_t v;
	size_t i;

	for (i = 0; i < MX_ARRAY_SIZE(weight); i++) {
		if (a->pos == a->argc)
			return mx_usage(ctl, "\"custom\" needs four weights: of latency, jitter, loss and bandwidth");
		if (mx_parse_u32(ctl, "weight", a->argv[a->pos++],
				 MX_PREFER_WEIGHT_MAX, &v))
			return MX_EXIT_USAGE;
		*weight[i] = v;
	}
	if (!mx_prefer_valid(p))
		return mx_usage(ctl, "the four weights are 0");
	return MX_EXIT_OK;
}

static int mx_score_prefer(struct mx_ctl *ctl, struct mx_args *a,
			   const char *s, struct mx_prefer *p)
{
	unsigned int i;

	for (i = 0; i < MX_PREFER_KINDS; i++) {
		if (strcmp(s, mx_score_prefer_name[i]))
			continue;
		p->kind = i;
		return i == MX_PREFER_CUSTOM ? mx_score_custom(ctl, a, p) :
		       MX_EXIT_OK;
	}
	return mx_usage(ctl, "\"%s\" is not a preference: balanced, latency, bandwidth, loss, latency-sensitive, throughput, cost, custom",
			s);
}

static int mx_score_value(struct mx_ctl *ctl, struct mx_args *a,
			  unsigned int word, struct mx_prefer_in *in,
			  struct mx_prefer *p)
{
	const char *name = mx_path_score_words[word].name, *s;
	int ret = 0;

	if (a->pos == a->argc)
		return mx_usage(ctl, "\"%s\" needs a value", name);
	s = a->argv[a->pos++];
	switch (word) {
	case MX_SCORE_RTT:
		ret = mx_parse_usec(ctl, name, s, &in->rtt_us);
		break;
	case MX_SCORE_JITTER:
		ret = mx_parse_usec(ctl, name, s, &in->jitter_us);
		break;
	case MX_SCORE_LOSS:
		ret = mx_parse_decimal(ctl, name, s, 4, 100, &in->loss_ppm);
		break;
	case MX_SCORE_BANDWIDTH:
		ret = mx_parse_u32(ctl, name, s, UINT32_MAX, &in->bandwidth);
		break;
	case MX_SCORE_COST:
		ret = mx_parse_u32(ctl, name, s, UINT32_MAX, &in->cost);
		break;
	default:
		return mx_score_prefer(ctl, a, s, p);
	}
	return ret ? MX_EXIT_USAGE : MX_EXIT_OK;
}

static int mx_score_read(struct mx_ctl *ctl, struct mx_args *a,
			 struct mx_prefer_in *in, struct mx_prefer *p,
			 unsigned int *seen)
{
	unsigned int i;
	int ret;

	while (a->pos < a->argc) {
		for (i = 0; i < MX_PATH_SCORE_WORDS; i++) {
			if (!strcmp(a->argv[a->pos],
				    mx_path_score_words[i].name))
				break;
		}
		if (i == MX_PATH_SCORE_WORDS)
			return mx_no_more(ctl, a);
		if (*seen & 1U << i)
			return mx_usage(ctl, "\"%s\" comes twice",
					a->argv[a->pos]);
		*seen |= 1U << i;
		a->pos++;
		ret = mx_score_value(ctl, a, i, in, p);
		if (ret)
			return ret;
	}
	for (i = 0; i < MX_PATH_SCORE_WORDS; i++) {
		if ((mx_path_score_words[i].flags & MX_WF_REQUIRED) &&
		    !(*seen & 1U << i))
			return mx_usage(ctl, "%s is missing",
					mx_path_score_words[i].name);
	}
	return MX_EXIT_OK;
}

/**
 * mx_path_score() - mutexctl path score
 * @ctl: the program
 * @a: the words
 *
 * Return: exit status.
 */
int mx_path_score(struct mx_ctl *ctl, struct mx_args *a)
{
	struct mx_prefer_in in = { 0 };
	struct mx_prefer p = { 0 };
	struct mx_out *o = &ctl->out;
	unsigned int seen = 0, status;
	uint32_t score;
	int ret;

	ret = mx_score_read(ctl, a, &in, &p, &seen);
	if (ret)
		return ret;
	score = mx_score_milli(in.rtt_us, in.jitter_us, in.loss_ppm);
	status = mx_score_status(score, in.loss_ppm);
	mx_out_array(o);
	mx_out_obj(o);
	mx_out_decimal(o, "score", "score", score, 3, "");
	mx_out_str(o, status == MX_STATUS_UP ? MX_GOOD : MX_BAD, "status",
		   "status", mx_score_states[status]);
	if (seen & 1U << MX_SCORE_PREFER)
		mx_out_decimal(o, "preference", "preference",
			       mx_prefer_milli(&p, &in), 3, "");
	if (o->json || ctl->opts.details) {
		mx_out_open(o, "points", "points");
		mx_out_decimal(o, "latency", "latency",
			       mx_score_rtt_milli(in.rtt_us), 3, "");
		mx_out_decimal(o, "jitter", "jitter",
			       mx_score_jitter_milli(in.jitter_us), 3, "");
		mx_out_decimal(o, "loss", "loss",
			       mx_score_loss_milli(in.loss_ppm), 3, "");
		mx_out_close(o);
	}
	mx_out_obj_end(o);
	mx_out_array_end(o);
	return MX_EXIT_OK;
}
