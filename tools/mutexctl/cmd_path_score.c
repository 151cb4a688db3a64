// SPDX-License-Identifier: GPL-2.0
/*
 * mutexctl path score: what figures would mean, by the module's own source
 */
#include <string.h>

#include "cmd_path.h"
#include "path/score.h"
#include "path_view.h"
#include "quality.h"
#include "uapi.h"

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
			      .names = &mx_prefers },
};

static int mx_score_prefer(struct mx_ctl *ctl, struct mx_args *a,
			   const char *s, struct mx_prefer *p)
{
	struct mx_preference prefer = { 0 };

	/* The module has the same numbers for them as its interface. */
	_Static_assert((int)MX_PREFER_BALANCED == MUTEX_PREFER_BALANCED &&
		       (int)MX_PREFER_COST == MUTEX_PREFER_COST &&
		       (int)MX_PREFER_CUSTOM == MUTEX_PREFER_CUSTOM,
		       "preferences");
	if (mx_parse_prefer(ctl, a, s, &prefer))
		return MX_EXIT_USAGE;
	p->kind = prefer.kind;
	p->custom.latency = prefer.share[0];
	p->custom.jitter = prefer.share[1];
	p->custom.loss = prefer.share[2];
	p->custom.bandwidth = prefer.share[3];
	if (!mx_prefer_valid(p))
		return mx_usage(ctl, "the four weights are 0");
	return MX_EXIT_OK;
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
		   "status", mx_view_status_name(status));
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
