#include "core/bounce/log_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/bounce/explain_entry.h"
#include "core/bounce/log.h"
#include "core/text.h"
#include "net/i18n.h"
#include "net/input.h"
#include "net/mem.h"

#define CHUNK 65536
#define TABLE 4096    /* buckets of groups */
#define READINGS 4096 /* wordings remembered */

struct node {
	struct log_group group;
	uint64_t hash;
	struct node *same;        /* the next of the bucket */
	struct node *newer, *older;
};

/* What a wording was read as; the words themselves are not kept. */
struct reading_slot {
	uint64_t hash;
	enum family family;
	enum cause_id cause;
};

struct log_scan {
	gzFile file;
	int fd; /* zlib owns it */
	off_t size;
	struct err err;
	bool ended, failed;
	struct log_reader *reader;
	char line[LOG_LINE_MAX];
	size_t line_len;
	unsigned long long bytes, lines, known, refusals, dropped;
	struct node *table[TABLE];
	struct node *newest, *oldest;
	size_t count;
	struct reading_slot readings[READINGS];
};

static uint64_t
hash_bytes(uint64_t hash, const char *s)
{
	for (; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)(*s | 0x20)) *
		    UINT64_C(1099511628211);
	return (hash ^ 0xff) * UINT64_C(1099511628211);
}

/* Addresses and numbers differ from line to line; the wording does not. */
static uint64_t
hash_wording(const struct log_refusal *refusal)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	const char *s = refusal->reply.text;
	size_t n;

	hash = (hash ^ (uint64_t)refusal->reply.code) *
	    UINT64_C(1099511628211);
	hash = (hash ^ (uint64_t)(refusal->reply.enhanced.class * 1000000 +
	    refusal->reply.enhanced.subject * 1000 +
	    refusal->reply.enhanced.detail)) * UINT64_C(1099511628211);
	while (*s != '\0') {
		n = *s == '<' ? strcspn(s, ">") : strspn(s, "0123456789");
		s += n;
		if (*s != '\0')
			hash = (hash ^ (unsigned char)*s++) *
			    UINT64_C(1099511628211);
	}
	return hash | 1; /* 0 is an empty slot */
}

static const struct reading_slot *
read_wording(struct log_scan *scan, const struct log_refusal *refusal)
{
	uint64_t hash = hash_wording(refusal);
	struct reading_slot *slot = &scan->readings[hash % READINGS];
	struct reading reading;

	if (slot->hash == hash)
		return slot;
	phrases_read(refusal->reply.code, refusal->reply.enhanced.class != 0 ?
	    &refusal->reply.enhanced : NULL, refusal->reply.text,
	    refusal->stage, &reading);
	slot->hash = hash;
	slot->family = reading.family;
	slot->cause = reading.cause_count > 0 ? reading.causes[0] :
	    CAUSE_COUNT;
	return slot;
}

static void
unlink_age(struct log_scan *scan, struct node *node)
{
	if (node->newer != NULL)
		node->newer->older = node->older;
	else
		scan->newest = node->older;
	if (node->older != NULL)
		node->older->newer = node->newer;
	else
		scan->oldest = node->newer;
}

static void
make_newest(struct log_scan *scan, struct node *node)
{
	node->newer = NULL;
	node->older = scan->newest;
	if (scan->newest != NULL)
		scan->newest->newer = node;
	else
		scan->oldest = node;
	scan->newest = node;
}

/* The group seen longest ago, taken out to be used again. */
static struct node *
take_oldest(struct log_scan *scan)
{
	struct node *node = scan->oldest, **link;

	scan->dropped += node->group.count;
	link = &scan->table[node->hash % TABLE];
	while (*link != node)
		link = &(*link)->same;
	*link = node->same;
	unlink_age(scan, node);
	scan->count--;
	return node;
}

static bool
is_group(const struct log_group *group, const struct reading_slot *reading,
    const struct log_refusal *refusal)
{
	return group->family == reading->family &&
	    group->cause == reading->cause &&
	    text_ieq(group->client, refusal->client) &&
	    text_ieq(group->sender_domain,
	    mailbox_domain(refusal->sender)) &&
	    text_ieq(group->recipient_domain,
	    mailbox_domain(refusal->recipient));
}

static struct node *
find_group(struct log_scan *scan, const struct reading_slot *reading,
    const struct log_refusal *refusal)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	struct node *node;

	hash ^= (uint64_t)reading->family << 32 ^ (uint64_t)reading->cause;
	hash = hash_bytes(hash, refusal->client);
	hash = hash_bytes(hash, mailbox_domain(refusal->sender));
	hash = hash_bytes(hash, mailbox_domain(refusal->recipient));
	for (node = scan->table[hash % TABLE]; node != NULL;
	    node = node->same)
		if (node->hash == hash &&
		    is_group(&node->group, reading, refusal)) {
			unlink_age(scan, node);
			make_newest(scan, node);
			return node;
		}
	node = scan->count < LOG_GROUPS_MAX ? mem_alloc(sizeof(*node)) :
	    take_oldest(scan);
	memset(node, 0, sizeof(*node));
	node->hash = hash;
	node->same = scan->table[hash % TABLE];
	scan->table[hash % TABLE] = node;
	make_newest(scan, node);
	scan->count++;
	return node;
}

static void
add_refusal(struct log_scan *scan, const struct log_refusal *refusal)
{
	const struct reading_slot *reading = read_wording(scan, refusal);
	struct log_group *group = &find_group(scan, reading, refusal)->group;

	if (group->count == 0) {
		group->family = reading->family;
		group->cause = reading->cause;
		memcpy(group->client, refusal->client,
		    sizeof(group->client));
		snprintf(group->sender_domain, sizeof(group->sender_domain),
		    "%.255s", mailbox_domain(refusal->sender));
		snprintf(group->recipient_domain,
		    sizeof(group->recipient_domain), "%.255s",
		    mailbox_domain(refusal->recipient));
		memcpy(group->first, refusal->when, sizeof(group->first));
	}
	group->count++;
	group->delayed += refusal->delayed;
	group->serial = ++scan->refusals;
	explain_entry_of_refusal(&group->latest, refusal);
}

static void
end_of_line(struct log_scan *scan)
{
	struct log_refusal refusal;
	size_t n = scan->line_len;

	if (n > 0 && scan->line[n - 1] == '\r')
		n--;
	scan->line_len = 0;
	scan->lines++;
	if (log_reader_line(scan->reader, scan->line, n, &refusal)) {
		do
			add_refusal(scan, &refusal);
		while (log_reader_more(scan->reader, &refusal));
	}
	scan->known += log_reader_knows(scan->reader);
}

static void
take_bytes(struct log_scan *scan, const char *bytes, size_t n)
{
	const char *nl;
	size_t len, room;

	while (n > 0) {
		nl = memchr(bytes, '\n', n);
		len = nl != NULL ? (size_t)(nl - bytes) : n;
		room = sizeof(scan->line) - 1 - scan->line_len;
		memcpy(scan->line + scan->line_len, bytes,
		    len < room ? len : room);
		scan->line_len += len < room ? len : room;
		if (nl != NULL)
			end_of_line(scan);
		bytes += len + (nl != NULL);
		n -= len + (nl != NULL);
	}
}

struct log_scan *
log_scan_open(const char *path, struct err *err)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? dup(STDIN_FILENO) : input_open(path, err);
	struct log_scan *scan;
	struct stat st;

	if (fd < 0 && !is_input)
		return NULL;
	if (fd < 0 || fstat(fd, &st) != 0) {
		err_set(err, ERR_SYSTEM, "%s", strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (S_ISDIR(st.st_mode)) {
		err_set(err, ERR_SYSTEM, "%s", strerror(EISDIR));
		close(fd);
		return NULL;
	}
	scan = mem_alloc(sizeof(*scan));
	scan->fd = fd;
	scan->size = S_ISREG(st.st_mode) ? st.st_size : 0;
	scan->file = gzdopen(fd, "rb");
	if (scan->file == NULL) {
		close(fd);
		free(scan);
		err_set(err, ERR_SYSTEM, "out of memory");
		return NULL;
	}
	gzbuffer(scan->file, 1 << 18);
	scan->reader = log_reader_new();
	return scan;
}

void
log_scan_free(struct log_scan *scan)
{
	struct node *node, *next;

	if (scan == NULL)
		return;
	for (node = scan->newest; node != NULL; node = next) {
		next = node->older;
		free(node);
	}
	log_reader_free(scan->reader);
	gzclose_r(scan->file);
	free(scan);
}

bool
log_scan_step(struct log_scan *scan, size_t bytes)
{
	char chunk[CHUNK];
	size_t taken = 0;
	int n, code;

	while (!scan->ended && taken < bytes) {
		n = gzread(scan->file, chunk, sizeof(chunk));
		if (n > 0) {
			take_bytes(scan, chunk, (size_t)n);
			taken += (size_t)n;
			scan->bytes += (unsigned)n;
			continue;
		}
		scan->ended = true;
		gzerror(scan->file, &code);
		scan->failed = n < 0 || code == Z_BUF_ERROR;
		if (scan->failed)
			err_set(&scan->err, ERR_SYSTEM, "%s",
			    code == Z_ERRNO ? strerror(errno) :
				code == Z_BUF_ERROR ?
					      _("the gzip file is cut off") :
					      _("the gzip file is damaged"));
		if (scan->line_len > 0)
			end_of_line(scan);
	}
	return !scan->ended;
}

bool
log_scan_failed(const struct log_scan *scan, struct err *err)
{
	if (scan->failed)
		*err = scan->err;
	return scan->failed;
}

double
log_scan_progress(const struct log_scan *scan)
{
	z_off_t at;

	if (scan->ended)
		return 1;
	at = gzoffset(scan->file);
	if (scan->size <= 0 || at < 0)
		return -1;
	return at >= scan->size ? 1 : (double)at / (double)scan->size;
}

unsigned long long
log_scan_bytes(const struct log_scan *scan)
{
	return scan->bytes;
}

unsigned long long
log_scan_lines(const struct log_scan *scan)
{
	return scan->lines;
}

unsigned long long
log_scan_known(const struct log_scan *scan)
{
	return scan->known;
}

unsigned long long
log_scan_refusals(const struct log_scan *scan)
{
	return scan->refusals;
}

unsigned long long
log_scan_dropped(const struct log_scan *scan)
{
	return scan->dropped;
}

size_t
log_scan_groups(struct log_scan *scan,
    const struct log_group *groups[LOG_GROUPS_MAX])
{
	struct node *node;
	size_t n = 0;

	for (node = scan->newest; node != NULL; node = node->older) {
		explain_classify(&node->group.latest);
		groups[n++] = &node->group;
	}
	return n;
}
