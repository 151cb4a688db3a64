/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_CMD_PATH_H
#define MX_CTL_CMD_PATH_H

#include "ctl.h"

/* mutexctl path score, cmd_path_score.c */
#define MX_PATH_SCORE_WORDS	6

#define MX_PATH_SCORE_USAGE						\
"       mutexctl path score rtt TIME jitter TIME loss PERCENT\n"	\
"                           [ bandwidth MBIT ] [ cost N ] [ prefer WHAT ]\n" \
"WHAT := { balanced | latency | bandwidth | loss | latency-sensitive | throughput |\n" \
"          cost | custom LATENCY JITTER LOSS BANDWIDTH }\n"

extern const struct mx_word mx_path_score_words[MX_PATH_SCORE_WORDS];
int mx_path_score(struct mx_ctl *ctl, struct mx_args *a);

#endif /* MX_CTL_CMD_PATH_H */
