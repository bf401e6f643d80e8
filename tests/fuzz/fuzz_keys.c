/*
 * What a terminal sends: keys are characters or known keys, a paste keeps
 * its limit, and after its patience every sequence is over.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ui/key.h"

static void
look(const struct key_decoder *decoder, const struct key_event *event)
{
	char label[16];

	must(event->key > 0 && event->key <= UI_PASTE);
	must(strlen(key_label(event->key, label)) < sizeof(label));
	must(event->key != UI_MOUSE || (event->row >= 0 && event->col >= 0));
	must(event->key != UI_PASTE ||
	    decoder->paste.len <= decoder->paste.max);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct key_decoder decoder;
	struct key_event event = { 0 };
	size_t i;
	int turns;

	key_decoder_init(&decoder);
	for (i = 0; i < n; i++) {
		if (key_feed(&decoder, bytes[i], &event))
			look(&decoder, &event);
		/* 0xff: the terminal is silent for a while. */
		if (bytes[i] != 0xff)
			continue;
		for (turns = 0; key_patience(&decoder, 50) >= 0; turns++) {
			must(turns < 4);
			if (key_timeout(&decoder, &event))
				look(&decoder, &event);
		}
	}
	key_decoder_clear(&decoder);
	return 0;
}
