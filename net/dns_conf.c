#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/dns.h"
#include "net/mem.h"

/* resolv.conf(5) files are small; what is behind this is not read. */
#define CONF_MAX 65536

/* O_NONBLOCK: a FIFO in the file's place must not hang us. */
static ssize_t
read_file(const char *path, char *bytes, size_t size, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0) {
		err_sys(err, errno, "cannot open %.100s", path);
		return -1;
	}
	while (len < size && (n = read(fd, bytes + len, size - len)) > 0)
		len += (size_t)n;
	if (n < 0)
		err_sys(err, errno, "cannot read %.100s", path);
	close(fd);
	return n < 0 ? -1 : (ssize_t)len;
}

/* "nameserver ADDRESS" and anything behind it; other lines are not ours. */
static bool
parse_line(char *line, struct addr *addr)
{
	static const char keyword[] = "nameserver";
	char *word = line + strspn(line, " \t");

	if (strncmp(word, keyword, sizeof(keyword) - 1) != 0)
		return false;
	word += sizeof(keyword) - 1;
	if (*word != ' ' && *word != '\t')
		return false;
	word += strspn(word, " \t");
	word[strcspn(word, " \t\r#;")] = '\0';
	if (!addr_parse(word, addr))
		return false;
	addr->port = 53;
	return true;
}

static bool
known(const struct addr *servers, size_t count, const struct addr *addr)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (addr_same_host(&servers[i], addr) &&
		    servers[i].scope == addr->scope)
			return true;
	}
	return false;
}

size_t
resolver_read_conf(const char *path, struct addr *servers, size_t max,
    struct err *err)
{
	char *bytes = mem_alloc(CONF_MAX + 1), *line, *next = bytes;
	ssize_t len = read_file(path, bytes, CONF_MAX, err), i;
	struct addr addr;
	size_t count = 0;

	if (len < 0) {
		free(bytes);
		return 0;
	}
	/* A NUL byte does not end a file; that behind the last byte is ours. */
	for (i = 0; i < len; i++) {
		if (bytes[i] == '\0')
			bytes[i] = '?';
	}
	while ((line = strsep(&next, "\n")) != NULL && count < max) {
		if (parse_line(line, &addr) && !known(servers, count, &addr))
			servers[count++] = addr;
	}
	free(bytes);
	if (count == 0)
		err_set(err, ERR_INPUT, "%.100s names no name server", path);
	return count;
}
