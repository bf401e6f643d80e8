#include "net/addr.h"

#include <check.h>

static const struct {
	const char *text;
	bool is_private;
} classes[] = {
	{ "192.0.2.1", false }, /* documentation counts as public */
	{ "198.51.100.7", false },
	{ "203.0.113.9", false },
	{ "2001:db8::1", false },
	{ "8.8.8.8", false },
	{ "10.1.2.3", true },
	{ "172.16.0.1", true },
	{ "172.32.0.1", false },
	{ "192.168.255.255", true },
	{ "127.0.0.1", true },
	{ "169.254.1.1", true },
	{ "100.64.0.1", true },
	{ "100.128.0.1", false },
	{ "0.0.0.0", true },
	{ "::1", true },
	{ "::", true },
	{ "::ffff:10.0.0.1", true },
	{ "::ffff:192.0.2.1", false },
	{ "fe80::1", true },
	{ "fd00::1", true },
};

START_TEST(private_and_public)
{
	struct addr a;

	ck_assert(addr_parse(classes[_i].text, &a));
	ck_assert_int_eq(addr_is_private(&a), classes[_i].is_private);
}
END_TEST

START_TEST(text_and_ports)
{
	struct addr a;
	char out[ADDR_TEXT_MAX];

	ck_assert(addr_parse_port("[2001:db8::5]:2525", 25, &a));
	ck_assert_str_eq(addr_text_port(&a, out), "[2001:db8::5]:2525");
	ck_assert(addr_parse_port("2001:db8::5", 25, &a));
	ck_assert_str_eq(addr_text_port(&a, out), "[2001:db8::5]:25");
	ck_assert(addr_parse_port("192.0.2.1:53", 25, &a));
	ck_assert_int_eq(a.port, 53);
	ck_assert(!addr_parse_port("192.0.2.1:0", 25, &a));
	ck_assert(!addr_parse_port("192.0.2.1:65536", 25, &a));
	ck_assert(!addr_parse_port("192.0.2.1:25x", 25, &a));
	ck_assert(!addr_parse("mail.example", &a));
	ck_assert(!addr_parse("", &a));
	ck_assert(!addr_parse("192.0.2.256", &a));
}
END_TEST

START_TEST(networks)
{
	struct addr a, net;

	addr_parse("198.51.100.129", &a);
	addr_parse("198.51.100.128", &net);
	ck_assert(addr_in_net(&a, &net, 25));
	ck_assert(addr_in_net(&a, &net, 31));
	ck_assert(!addr_in_net(&a, &net, 32));
	ck_assert(addr_in_net(&a, &net, 0));
	ck_assert(!addr_in_net(&a, &net, 33));
	addr_parse("2001:db8::", &net);
	ck_assert(!addr_in_net(&a, &net, 0));
}
END_TEST

START_TEST(reverse_names)
{
	struct addr a;
	char out[128];

	addr_parse("192.0.2.1", &a);
	addr_reverse(&a, "in-addr.arpa", "ip6.arpa", out, sizeof(out));
	ck_assert_str_eq(out, "1.2.0.192.in-addr.arpa");
	addr_parse("2001:db8::1", &a);
	addr_reverse(&a, "in-addr.arpa", "ip6.arpa", out, sizeof(out));
	ck_assert_str_eq(out, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
			      "8.b.d.0.1.0.0.2.ip6.arpa");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("net.addr");
	TCase *t = tcase_create("addr");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, private_and_public, 0,
	    (int)(sizeof(classes) / sizeof(classes[0])));
	tcase_add_test(t, text_and_ports);
	tcase_add_test(t, networks);
	tcase_add_test(t, reverse_names);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
