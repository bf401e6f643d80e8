#ifndef RT_CORE_DIAGNOSIS_H
#define RT_CORE_DIAGNOSIS_H

/*
 * What the facts mean: a verdict, ranked causes with the evidence for and
 * against each, what was ruled out and why, and findings that are worth
 * knowing though they are not the reason.  Pure: evidence in, diagnosis
 * out.  One small function a cause (core/cause/).
 *
 * Confidence is a sum that a reader can follow: each piece of evidence has
 * a weight (the scale is in diagnosis.c); the causes compete only by it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/causes.h"
#include "core/evidence.h"

enum verdict {
	VERDICT_ACCEPTED,
	VERDICT_PARTLY,
	VERDICT_REFUSED,
	VERDICT_DEFERRED,
	VERDICT_UNREACHABLE,
	VERDICT_INCONCLUSIVE,
};

enum certainty { /* by confidence: >= 90, >= 60, below */
	CERTAINTY_CONFIRMED,
	CERTAINTY_LIKELY,
	CERTAINTY_POSSIBLE,
};

const char *verdict_name(enum verdict verdict);
const char *certainty_name(enum certainty certainty);
/* For screens: "certain", "very likely", "likely", "possible". */
const char *confidence_words(int confidence);

#define CAUSE_ITEMS 14
#define DIAGNOSIS_CAUSES 6
#define DIAGNOSIS_FINDINGS 48

struct item {
	bool supports; /* false: speaks against it */
	int weight;    /* of 100 */
	struct ref at;
	char text[240];
};

struct cause {
	enum cause_id id;
	int confidence; /* 0..100 */
	enum certainty certainty;
	enum who who;
	char summary[320]; /* one sentence, with names filled in */
	size_t item_count;
	struct item items[CAUSE_ITEMS];
	char product[64];  /* of the server concerned, "" unknown */
	char server[256];  /* host concerned, "" if none */
	char listed[256];  /* what a blocklist holds, "" if none does */
};

struct ruled_out {
	enum cause_id id;
	char why[240];
	struct ref at;
};

enum severity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_INFO,
};

enum finding_result {
	FINDING_YES,
	FINDING_NO,
	FINDING_UNKNOWN,
	FINDING_NOT_APPLICABLE,
};

struct finding {
	char id[40];
	enum finding_result result;
	enum severity severity;
	char subject[256];
	char text[320];
	struct ref at;
};

const char *severity_name(enum severity severity);
const char *finding_result_name(enum finding_result result);

struct failure_point {
	bool known;
	struct ref at;
	char host[256];
	struct addr addr; /* with port; AF_UNSPEC for DNS */
	enum stage stage;
	int code;
	struct enhanced enhanced;
	char text[400];
};

/* The arrays are heap memory of the diagnosis (there may be thousands of
 * sessions that are far from having one). */
struct diagnosis {
	enum verdict verdict;
	char headline[240]; /* the verdict in words */
	size_t cause_count;
	struct cause *causes; /* best first; DIAGNOSIS_CAUSES at most */
	size_t ruled_out_count;
	struct ruled_out *ruled_out;
	size_t finding_count;
	struct finding *findings; /* DIAGNOSIS_FINDINGS at most */
	struct failure_point failure;
};

/* Overwrites *diagnosis, which was zeroed once or is an older one. */
void diagnose(const struct evidence *e, struct diagnosis *diagnosis);
void diagnosis_clear(struct diagnosis *diagnosis);

#endif
