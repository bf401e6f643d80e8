/*
 * Measures sessions against worlds; tests/bench/run puts it all together.
 *
 *   bench_worlds trips FILE...      round trips to the verdict
 *   bench_worlds once FILE          one session, for who counts from outside
 *   bench_worlds idle FILE          the same without the session
 *   bench_worlds many FILE N        memory of N sessions at once
 *   bench_worlds real FILE          one session on the real clock
 *   bench_worlds serve FILE ADDR... serves on loopback, says where
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"
#include "core/world/play.h"
#include "core/world/world.h"
#include "net/dial.h"
#include "net/loop.h"
#include "net/mem.h"

struct bench {
	struct loop *loop;
	struct play play;
};

static void
begin(struct bench *b, const char *path, bool real)
{
	struct err err = { 0 };
	struct world *world = world_read(path, &err);

	b->loop = real ? loop_new(NULL) : loop_new_virtual();
	if (world == NULL || !play_begin(&b->play, world, b->loop, &err)) {
		fprintf(stderr, "%s: %s\n", path, err.text);
		exit(2);
	}
}

static void
end(struct bench *b)
{
	play_end(&b->play);
	loop_free(b->loop);
}

static void
start(struct bench *b, struct session *s)
{
	session_init(s, &b->play.settings, &b->play.input, &b->play.net);
	s->cred = b->play.cred;
	session_start(s, NULL);
}

static void
hold(struct bench *b, struct session *s)
{
	start(b, s);
	while (!session_done(s))
		loop_turn(b->loop, 100);
}

static int
trips(const char *path)
{
	struct session s;
	struct bench b;
	int rtt;

	begin(&b, path, false);
	rtt = world_rtt(b.play.world);
	hold(&b, &s);
	if (world_expect(b.play.world, "round-trips", 0) != NULL)
		printf("%-52s %5.1f  (goal %s)\n", world_title(b.play.world),
		    s.elapsed_ms / (double)rtt,
		    world_expect(b.play.world, "round-trips", 0));
	else
		printf("%-52s %5.1f s (goal %s s)\n",
		    world_title(b.play.world), s.elapsed_ms / 1000.0,
		    world_expect(b.play.world, "within", 0));
	session_clear(&s);
	end(&b);
	return 0;
}

static int
once(const char *path, bool real, bool session)
{
	struct session s;
	struct bench b;

	begin(&b, path, real);
	if (session) {
		hold(&b, &s);
		if (real)
			printf("%d\n", s.elapsed_ms);
		session_clear(&s);
	}
	end(&b);
	return 0;
}

static size_t
heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

/* All at once, in one loop, with one resolver, as check --jobs does it. */
static int
many(const char *path, int count)
{
	struct session *s = mem_array((size_t)count, sizeof(*s));
	size_t before, now, peak = 0;
	struct bench b;
	int i, done;

	begin(&b, path, false);
	before = heap();
	for (i = 0; i < count; i++)
		start(&b, &s[i]);
	do {
		loop_turn(b.loop, 0);
		now = heap();
		if (now > before && now - before > peak)
			peak = now - before;
		for (i = done = 0; i < count; i++)
			done += session_done(&s[i]);
	} while (done < count);
	printf("%zu\n", peak / 1024 / (size_t)count);
	for (i = 0; i < count; i++)
		session_clear(&s[i]);
	end(&b);
	free(s);
	return 0;
}

static int
serve(const char *path, int count, char **addresses)
{
	struct bench b;
	int i;

	begin(&b, path, true);
	for (i = 0; i < count; i++) {
		struct addr from, to;

		if (!addr_parse_port(addresses[i], 25, &from) ||
		    dial_find(b.play.net.dial, &from, &to) != DIAL_GO)
			return 2;
		printf("%u%c", to.port, i + 1 == count ? '\n' : ' ');
	}
	fflush(stdout);
	while (true)
		loop_turn(b.loop, -1);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	int i;

	if (strcmp(what, "trips") == 0) {
		for (i = 2; i < argc; i++)
			trips(argv[i]);
		return 0;
	}
	if (strcmp(what, "once") == 0 || strcmp(what, "idle") == 0)
		return once(argv[2], false, what[0] == 'o');
	if (strcmp(what, "real") == 0)
		return once(argv[2], true, true);
	if (strcmp(what, "many") == 0 && argc > 3)
		return many(argv[2], atoi(argv[3]));
	if (strcmp(what, "serve") == 0)
		return serve(argv[2], argc - 3, argv + 3);
	fputs("usage: see the head of bench_worlds.c\n", stderr);
	return 2;
}
