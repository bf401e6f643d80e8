#include "core/letter.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "core/address.h"
#include "net/buf.h"

/* RFC 5322 3.3, in UTC; never in the locale's words. */
static void
write_date(long long when, struct buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		return;
	buf_printf(out, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\n",
	    days + tm.tm_wday * 3, tm.tm_mday, months + tm.tm_mon * 3,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Routes and second @s have no place in a header (RFC 5322 3.4.1). */
static bool
fits_a_header(const struct address *address)
{
	const char *at = strchr(address->mailbox, '@');

	return address->mailbox[0] == '"' ||
	    (at != NULL && at != address->mailbox &&
		strchr(at + 1, '@') == NULL);
}

static void
write_from(const struct letter *m, struct buf *out)
{
	if (m->sender->null || !fits_a_header(m->sender))
		buf_printf(out, "From: <postmaster@%s>\n", m->host);
	else
		buf_printf(out, "From: <%s>\n", m->sender->mailbox);
}

void
letter_write(const struct letter *m, struct buf *out)
{
	bool utf8 = m->sender->utf8 || m->recipient->utf8;

	write_date(m->date, out);
	write_from(m, out);
	if (fits_a_header(m->recipient))
		buf_printf(out, "To: <%s>\n", m->recipient->mailbox);
	else
		buf_puts(out, "To: undisclosed-recipients:;\n");
	buf_printf(out, "Message-ID: <%s@%s>\n", m->id, m->host);
	buf_puts(out, "Subject: relaytrace test message\n"
		      "Auto-Submitted: auto-generated\n"
		      "MIME-Version: 1.0\n");
	buf_printf(out,
	    "Content-Type: text/plain; charset=%s\n"
	    "Content-Transfer-Encoding: %s\n\n",
	    utf8 ? "utf-8" : "us-ascii", utf8 ? "8bit" : "7bit");
	buf_printf(out,
	    "This is a test message. Somebody on the machine\n"
	    "%s\n"
	    "wants to know whether mail\n"
	    "from <%s>\n"
	    "to   <%s>\n"
	    "is taken, and let the program relaytrace send this one message.\n"
	    "It is sent once.\n\n"
	    "It needs no answer and may be deleted. If you did not expect it,\n"
	    "postmaster@%s can tell who was testing.\n",
	    m->host, m->sender->mailbox, m->recipient->mailbox, m->host);
}

void
letter_new_id(char *out, size_t size)
{
	uint64_t random = 0;

	/* The clock alone would do for one message a second. */
	if (getrandom(&random, sizeof(random), 0) < 0)
		random = (uint64_t)clock();
	snprintf(out, size, "relaytrace.%llx.%016llx",
	    (unsigned long long)time(NULL), (unsigned long long)random);
}

size_t
letter_size(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n' ? 2 : 1;
	return n;
}
