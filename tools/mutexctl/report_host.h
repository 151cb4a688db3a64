/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MX_CTL_REPORT_HOST_H
#define MX_CTL_REPORT_HOST_H

#include <stdio.h>

/* Each writes a part of a report; 0, or -1 after it has said what is missing. */
int mx_report_versions(FILE *fp);
int mx_report_modules(FILE *fp);
int mx_report_sysctls(FILE *fp);
int mx_report_devices(FILE *fp);
int mx_report_others(FILE *fp);
int mx_report_log(FILE *fp);
void mx_report_hide(FILE *fp, const char *line);

#endif /* MX_CTL_REPORT_HOST_H */
