// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include "group/care.h"

static struct kunit_case mx_care_test_cases[] = {
	{ }
};

static struct kunit_suite mx_care_test_suite = {
	.name = "mx_care",
	.test_cases = mx_care_test_cases,
};

kunit_test_suite(mx_care_test_suite);
