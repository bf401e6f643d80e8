/*
 * The main program of a fuzz target where there is no libFuzzer: gives every
 * file of the folder to the target once.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "net/mem.h"

#define INPUT_MAX (8 * 1024 * 1024)

static int
replay(const char *folder, const char *file)
{
	char *path = mem_printf("%s/%s", folder, file);
	FILE *in = fopen(path, "rb");
	uint8_t *all, *exact;
	size_t n;

	if (in == NULL) {
		perror(path);
		exit(1);
	}
	/* A copy of exact size, so that a read beyond the end is seen. */
	all = mem_alloc(INPUT_MAX);
	n = fread(all, 1, INPUT_MAX, in);
	exact = malloc(n != 0 ? n : 1);
	if (exact == NULL)
		abort();
	memcpy(exact, all, n);
	LLVMFuzzerTestOneInput(exact, n);
	fclose(in);
	free(exact);
	free(all);
	free(path);
	return 1;
}

int
main(int argc, char **argv)
{
	const char *folder = argc == 2 ? argv[1] : "";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	if (dir == NULL) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			count += replay(folder, entry->d_name);
	}
	closedir(dir);
	printf("%d inputs\n", count);
	return count > 0 ? 0 : 1;
}
