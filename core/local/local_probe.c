#include "core/local/local_probe.h"

#include <ctype.h>
#include <ifaddrs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "net/dns.h"
#include "net/i18n.h"
#include "net/mem.h"

#define SHOWN_LINES 60 /* of a command's output; more are counted */

#define PATH_MAX_SHOWN 160 /* as long as local_probe.program */

static const struct {
	const char *name;
	const char *commands[3]; /* looked for along PATH, then in folders */
	const char *programs[4]; /* places of their own */
	const char *needs;       /* and this file */
	const char *says;        /* for the plan: what is run */
	enum step (*run)(struct task *task);
} products[] = {
	[LOCAL_POSTFIX] = { "Postfix", { "postconf" },
	    { "/opt/zimbra/common/sbin/postconf" }, NULL,
	    "-n, -x, -M; postmap -q", local_postfix },
	[LOCAL_EXIM] = { "Exim", { "exim4", "exim" },
	    { "/usr/exim/bin/exim" }, NULL, "-bP, -be, -bt", local_exim },
	[LOCAL_SENDMAIL] = { "Sendmail", { "sendmail.sendmail", "sendmail" },
	    { "/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail" },
	    "/etc/mail/sendmail.cf", "-bt", local_sendmail },
};

/* Often not in the PATH of a person, yet where servers' commands are. */
static const char *const folders[] = { "/usr/sbin", "/usr/local/sbin",
	"/sbin" };

const char *
local_product_name(enum local_product product)
{
	return products[product].name;
}

/*
 * "sendmail" is what every product calls its entry: Sendmail's own leads to
 * a file of that name, and no postconf stands beside it.
 */
static bool
is_sendmail(const char *path)
{
	char *real = realpath(path, NULL), *slash, beside[PATH_MAX_SHOWN + 20];
	bool good = false;

	if (real != NULL && (slash = strrchr(real, '/')) != NULL) {
		good = strncmp(slash + 1, "sendmail", 8) == 0;
		*slash = '\0';
		snprintf(beside, sizeof(beside), "%.150s/postconf", real);
		good = good && access(beside, X_OK) != 0;
	}
	free(real);
	return good;
}

static bool
usable(enum local_product product, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(path, X_OK) == 0 &&
	    (product != LOCAL_SENDMAIL || is_sendmail(path));
}

/* A folder's first command of the product; `out` holds PATH_MAX_SHOWN. */
static bool
in_folder(enum local_product product, const char *root, const char *folder,
    size_t n, char *out)
{
	const char *command;
	char path[PATH_MAX_SHOWN];
	size_t i;
	int len;

	for (i = 0; i < 3 && (command = products[product].commands[i]) != NULL;
	     i++) {
		len = snprintf(path, sizeof(path), "%s%.*s/%s", root, (int)n,
		    folder, command);
		if (len < 0 || (size_t)len >= sizeof(path) ||
		    !usable(product, path))
			continue;
		memcpy(out, path, (size_t)len + 1);
		return true;
	}
	return false;
}

/* As the person's shell would find it; relative folders do not count. */
static bool
along_path(enum local_product product, char *out)
{
	const char *at = getenv("PATH");
	size_t n;

	for (; at != NULL && *at != '\0'; at += n + (at[n] == ':')) {
		n = strcspn(at, ":");
		if (*at == '/' && n < PATH_MAX_SHOWN &&
		    in_folder(product, "", at, n, out))
			return true;
	}
	return false;
}

static bool
find_program(enum local_product product, const char *root,
    char out[PATH_MAX_SHOWN])
{
	const char *place;
	char path[PATH_MAX_SHOWN];
	size_t i;

	if (products[product].needs != NULL) {
		snprintf(path, sizeof(path), "%.100s%s", root,
		    products[product].needs);
		if (access(path, R_OK) != 0)
			return false;
	}
	if (root[0] == '\0' && along_path(product, out))
		return true;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (in_folder(product, root, folders[i], strlen(folders[i]),
		    out))
			return true;
	for (i = 0; i < 4 && (place = products[product].programs[i]) != NULL;
	     i++) {
		snprintf(path, sizeof(path), "%.100s%s", root, place);
		if (!usable(product, path))
			continue;
		snprintf(out, PATH_MAX_SHOWN, "%s", path);
		return true;
	}
	return false;
}

bool
local_product_here(enum local_product product, const char *root)
{
	char path[PATH_MAX_SHOWN];

	return find_program(product, root, path);
}

bool
local_plan_text(char *out, size_t size)
{
	char path[PATH_MAX_SHOWN];
	size_t at = 0;
	int i;

	out[0] = '\0';
	for (i = 0; i < LOCAL_PRODUCTS && at < size; i++)
		if (find_program((enum local_product)i, "", path))
			at += (size_t)snprintf(out + at, size - at,
			    "%s%.90s %s", at > 0 ? "; " : "", path,
			    products[i].says);
	return at > 0;
}

bool
local_address_here(const struct addr *addr)
{
	struct ifaddrs *all, *one;
	struct addr mine;
	bool here = false;

	if (getifaddrs(&all) != 0)
		return false;
	for (one = all; one != NULL && !here; one = one->ifa_next)
		here = one->ifa_addr != NULL &&
		    addr_from_sockaddr(one->ifa_addr, &mine) &&
		    addr_same_host(&mine, addr);
	freeifaddrs(all);
	return here;
}

/* ---- a command and what it says ---- */

void
local_say(struct local_probe *p, const char *program, const char *input, ...)
{
	const char *name = strrchr(program, '/'), *word;
	char line[1200];
	size_t n = 0, at;
	va_list ap;

	p->argv[n++] = program;
	at = (size_t)snprintf(line, sizeof(line), "%s",
	    name != NULL ? name + 1 : program);
	va_start(ap, input);
	while ((word = va_arg(ap, const char *)) != NULL &&
	    n + 1 < sizeof(p->argv) / sizeof(p->argv[0])) {
		p->argv[n++] = word;
		if (at < sizeof(line))
			at += (size_t)snprintf(line + at, sizeof(line) - at,
			    " %s", word);
	}
	va_end(ap);
	p->argv[n] = NULL;
	transcript_printf(&p->base.transcript, probe_now(&p->base),
	    LINE_CLIENT, STAGE_DNS, false, "%s", line);
	if (input != NULL)
		transcript_printf(&p->base.transcript, probe_now(&p->base),
		    LINE_CLIENT, STAGE_DNS, false, "(typed in) %.*s",
		    (int)strcspn(input, "\n"), input);
	local_run_clear(&p->run);
	local_run_start(&p->run, p->base.task.loop, &p->base.task, p->argv,
	    input);
}

void
local_hear(struct local_probe *p)
{
	const char *at = buf_str(&p->run.text), *end;
	size_t shown = 0, all = 0, i;

	free(p->output);
	p->output = mem_strndup(at, p->run.text.len);
	for (i = 0; i < p->run.text.len; i++)
		if (p->output[i] == '\0')
			p->output[i] = ' ';
	p->output_line = 0;
	for (; *at != '\0'; at = end + (*end == '\n')) {
		int line;

		end = at + strcspn(at, "\n");
		all++;
		if (shown >= SHOWN_LINES)
			continue;
		shown++;
		line = transcript_add(&p->base.transcript,
		    probe_now(&p->base), LINE_SERVER, STAGE_DNS, false, at,
		    (size_t)(end - at));
		if (p->output_line == 0)
			p->output_line = line;
	}
	if (all > shown)
		probe_note(&p->base, STAGE_DNS, "(%zu more lines)",
		    all - shown);
	if (p->run.err.kind != ERR_NONE)
		p->output_line = probe_note(&p->base, STAGE_DNS, "%s",
		    p->run.err.text);
	else if (p->output_line == 0)
		p->output_line = probe_note(&p->base, STAGE_DNS,
		    "(says nothing, exit status %d)", p->run.status);
}

struct policy_fact *
local_fact(struct local_probe *p, const char *id, const char *subject,
    enum tri yes, int line)
{
	struct policy_fact *f;

	p->facts = mem_grow(p->facts, p->fact_count, &p->fact_cap,
	    sizeof(*p->facts));
	f = &p->facts[p->fact_count++];
	memset(f, 0, sizeof(*f));
	snprintf(f->id, sizeof(f->id), "%s", id);
	snprintf(f->subject, sizeof(f->subject), "%s", subject);
	f->yes = yes;
	f->at = (struct ref) { p->base.number, line };
	return f;
}

void
local_speaks(struct policy_fact *f, enum cause_id cause, int weight)
{
	f->cause = cause;
	f->weight = weight;
}

void
local_end(struct local_probe *p)
{
	local_run_clear(&p->run);
	probe_end(&p->base, PROBE_OK, "%.200s",
	    p->fact_count > 0 ? p->facts[0].text : _("nothing to tell"));
}

/* ---- the probe ---- */

static void
clear(struct probe *probe)
{
	struct local_probe *p = container_of(probe, struct local_probe, base);

	task_stop(&probe->task);
	local_run_clear(&p->run);
	free(p->output);
	free(p->settings);
	free(p->services);
	free(p->overrides);
	free(p->tables);
	free(p->facts);
	p->output = p->settings = p->services = p->overrides = NULL;
	p->tables = NULL;
	p->facts = NULL;
	p->fact_count = p->fact_cap = p->table_count = 0;
	transcript_clear(&probe->transcript);
}

static const struct probe_ops ops = { .clear = clear };

/*
 * What goes into arguments and test modes is plain: no option, no command,
 * no blank.  A recipient that is not gives way to the domain's postmaster.
 */
static bool
is_plain(const char *text)
{
	size_t i;

	if (!isalnum((unsigned char)text[0]))
		return false;
	for (i = 0; text[i] != '\0'; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    strchr("@._+=-", text[i]) == NULL)
			return false;
	return true;
}

void
local_probe_start(struct local_probe *p, struct loop *loop,
    struct task *parent, const int64_t *epoch, enum local_product product,
    const char *root, const char *recipient, const char *domain,
    const struct addr *client, const struct addr *server)
{
	char *slash;

	p->product = product;
	p->server = addr_unmap(*server);
	p->client = addr_unmap(*client);
	snprintf(p->domain, sizeof(p->domain), "%s",
	    is_plain(domain) && dns_name_valid(domain) ? domain : "");
	if (is_plain(recipient) && strlen(recipient) < sizeof(p->recipient))
		snprintf(p->recipient, sizeof(p->recipient), "%s",
		    recipient);
	else
		snprintf(p->recipient, sizeof(p->recipient),
		    "postmaster@%s", p->domain);
	snprintf(p->base.subject, sizeof(p->base.subject),
	    _("%s on this machine"), products[product].name);
	if (!find_program(product, root, p->program))
		p->program[0] = '\0';
	snprintf(p->tables_program, sizeof(p->tables_program), "%s",
	    p->program);
	slash = strrchr(p->tables_program, '/');
	if (slash != NULL && product == LOCAL_POSTFIX)
		memcpy(slash + 1, "postmap", sizeof("postmap"));
	probe_start(&p->base, &ops, PROBE_LOCAL, loop, parent, epoch,
	    products[product].run);
}

void
local_probe_stop(struct local_probe *p)
{
	if (p->base.task.done)
		return;
	task_stop(&p->base.task);
	local_run_clear(&p->run);
	probe_end(&p->base, PROBE_SKIPPED, "not awaited any longer");
}

void
local_probe_evidence(const struct local_probe *p, struct evidence *e)
{
	size_t i;

	for (i = 0; i < p->fact_count; i++)
		evidence_add_policy(e, &p->facts[i]);
}
