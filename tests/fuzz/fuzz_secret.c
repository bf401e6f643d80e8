/* Password and token files: one line of text, or a reason. */
#include <stdlib.h>
#include <string.h>

#include "as_file.h"
#include "core/settings.h"
#include "fuzz.h"
#include "net/err.h"
#include "ui/secret.h"

static void
read_as(struct settings *settings, const uint8_t *bytes, size_t n)
{
	struct secret_login login;
	struct err err = { 0 };

	if (secret_read(&login, settings, false, &err)) {
		const char *word = login.cred.password != NULL ?
		    login.cred.password : login.cred.token;

		if (word == NULL || word[0] == '\0' ||
		    strchr(word, '\n') != NULL || strlen(word) > n ||
		    memcmp(word, bytes, strlen(word)) != 0)
			abort();
		secret_clear(&login);
	} else if (err.text[0] == '\0') {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	char path[64], user[] = "nina@example.org";
	struct settings settings = { .user = user, .password_fd = -1 };

	strcpy(path, as_file(bytes, n));
	settings.password_file = path;
	read_as(&settings, bytes, n);
	settings.password_file = NULL;
	settings.token_file = path;
	read_as(&settings, bytes, n);
	return 0;
}
