/*
 * What RFC 7208 says, as cases: section and rule, client, HELO, sender,
 * result, explanation, and the zone in which it must come out so.
 *
 * E(record): e.test has this SPF record, h.test the address 192.0.2.1.
 */
#define IP4 "192.0.2.1"
#define IP6 "2001:db8::1"
#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define E(record) "e.test TXT " record "\nh.test A 192.0.2.1\n"

struct spf_case {
	const char *what;
	const char *ip, *helo, *sender;
	enum spf_result result;
	const char *explanation;
	const char *zone;
};

#define C(what, ip, result, zone) \
	{ what, ip, "h.test", "a@e.test", result, "", zone },
/* The usual client, and a record that is simply right or wrong. */
#define R(what, result, record) C(what, IP4, result, E(record))
#define X(what, ip, helo, sender, result, explanation, zone) \
	{ what, ip, helo, sender, result, explanation, zone },
/* A record whose explanation is worth a look. */
#define T(what, ip, sender, text, says) \
	{ what, ip, "h.test", sender, SPF_FAIL, says, \
	  "e.test TXT v=spf1 -all exp=x.test\nx.test TXT " text "\n" },

static const struct spf_case cases[] = {
/* 2.4, 4.3: identities and domains */
X("4.3 single label", IP4, "h.test", "a@localhost", SPF_NONE, "", "")
X("4.3 empty label", IP4, "h.test", "a@b..e.test", SPF_NONE, "", "")
X("4.3 leading dot", IP4, "h.test", "a@.e.test", SPF_NONE, "", "")
X("4.3 label of 64", IP4, "h.test", "a@a" L63 ".e.test", SPF_NONE, "", "")
X("4.3 label of 63", IP4, "h.test", "a@" L63 ".e.test", SPF_FAIL, "",
    L63 ".e.test TXT v=spf1 -all\n")
X("4.3 name of 255", IP4, "h.test",
    "a@" L63 "." L63 "." L63 "." L63 ".test", SPF_NONE, "", "")
X("4.3 address literal", IP4, "h.test", "a@[192.0.2.1]", SPF_NONE, "", "")
X("4.3 no such domain", IP4, "h.test", "a@no.test", SPF_NONE, "", "")
X("4.3 final dot", IP4, "h.test", "a@e.test.", SPF_FAIL, "", E("v=spf1 -all"))
X("4.3 no local part", IP4, "h.test", "@e.test", SPF_FAIL, "postmaster",
    "e.test TXT v=spf1 -all exp=x.test\nx.test TXT %{l}\n")
X("4.3 bare domain", IP4, "h.test", "e.test", SPF_FAIL, "postmaster@e.test",
    "e.test TXT v=spf1 -all exp=x.test\nx.test TXT %{s}\n")
X("2.4 null sender is postmaster at HELO", IP4, "e.test", "", SPF_FAIL,
    "postmaster@e.test",
    "e.test TXT v=spf1 -all exp=x.test\nx.test TXT %{s}\n")
X("2.4 null sender written <>", IP4, "e.test", "<>", SPF_FAIL, "",
    E("v=spf1 -all"))
X("2.3 HELO of one label", IP4, "box", "", SPF_NONE, "", "")
X("2.3 HELO literal", IP4, "[192.0.2.1]", "", SPF_NONE, "", "")
X("2.3 HELO has no record", IP4, "no.test", "", SPF_NONE, "", "")
X("2.3 HELO is not asked for a sender", IP4, "h.test", "a@e.test", SPF_PASS,
    "", E("v=spf1 +all") "h.test TXT v=spf1 -all\n")
X("sender in angle brackets", IP4, "h.test", "<a@e.test>", SPF_PASS, "",
    E("v=spf1 +all"))
X("the last @ divides", IP4, "h.test", "\"a@no.test\"@e.test", SPF_PASS, "",
    E("v=spf1 +all"))
X("letters of the domain do not matter", IP4, "h.test", "a@E.TeSt", SPF_PASS,
    "", E("v=spf1 +all"))

/* 3, 4.4, 4.5: looking the record up */
C("4.4 SERVFAIL", IP4, SPF_TEMPERROR, "e.test SERVFAIL\n")
C("4.4 silence", IP4, SPF_TEMPERROR, "e.test TIMEOUT\n")
C("4.5 no TXT", IP4, SPF_NONE, "e.test A 192.0.2.1\n")
C("4.5 other TXT only", IP4, SPF_NONE, "e.test TXT hello\n")
C("4.5 other TXT beside it", IP4, SPF_PASS,
    "e.test TXT hello\n" E("v=spf1 +all") "e.test TXT v=spf2.0/pra -all\n")
C("4.5 two records", IP4, SPF_PERMERROR,
    E("v=spf1 +all") "e.test TXT v=spf1 -all\n")
C("4.5 two equal records", IP4, SPF_PERMERROR,
    E("v=spf1 +all") "e.test TXT v=spf1 +all\n")
R("4.5 version alone", SPF_NEUTRAL, "v=spf1")
R("4.5 version and blank", SPF_NEUTRAL, "v=spf1 ")
R("4.5 version with more letters", SPF_NONE, "v=spf10 -all")
R("4.5 version and tab", SPF_NONE, "v=spf1\\x09-all")
R("4.5 blank before the version", SPF_NONE, " v=spf1 -all")
R("4.5 letters of version and terms", SPF_FAIL, "V=SpF1 -ALL")
R("3.3 strings are joined without a blank", SPF_FAIL, "v=sp|f1 -a|ll")
R("3.3 many strings", SPF_PASS,
    "v=spf1 ip4:203.0.113.1 |ip4:203.0.113.2 |ip4:203.0|.113.3 i|p4:192.0.2.1 "
    "-all")
R("3.1 TXT in the foreign bytes beside", SPF_PASS,
    "v=spf1 +all\ne.test TXT \\xff\\x00\\x80")
C("the record stands behind a CNAME", IP4, SPF_FAIL,
    "e.test CNAME c.test\nc.test TXT v=spf1 -all\n")

/* 4.6: syntax of the whole record */
R("4.6 many blanks", SPF_FAIL, "v=spf1    ip4:203.0.113.1   -all   ")
R("4.6 an error behind a match counts", SPF_PERMERROR,
    "v=spf1 ip4:192.0.2.1 foo -all")
R("4.6 an error behind all counts", SPF_PERMERROR, "v=spf1 -all ip4:")
R("4.6 unknown mechanism", SPF_PERMERROR, "v=spf1 foo:bar.test -all")
R("4.6 mechanism with = is a modifier", SPF_FAIL, "v=spf1 ip4=192.0.2.1 -all")
R("4.6 modifier with a qualifier", SPF_PERMERROR, "v=spf1 -foo=bar -all")
R("4.6 redirect with a colon", SPF_PERMERROR, "v=spf1 redirect:f.test")
R("4.6 two qualifiers", SPF_PERMERROR, "v=spf1 --all")
R("4.6 qualifier alone", SPF_PERMERROR, "v=spf1 - all")
R("4.6 a tab between terms", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1\\x09-all")
R("4.6 NUL byte", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1 \\x00 -all")
R("4.6 carriage return", SPF_PERMERROR, "v=spf1 a:h.test\\x0d -all")
R("4.6 UTF-8 in a term", SPF_PERMERROR, "v=spf1 a:h\\xc3\\xa4.test -all")
R("4.6 high byte alone", SPF_PERMERROR, "v=spf1 \\x96all")
R("4.6 comma", SPF_PERMERROR, "v=spf1 a, -all")
R("4.6 name with a digit first", SPF_PERMERROR, "v=spf1 4ip:192.0.2.1")
R("4.6 mechanism name too long", SPF_PERMERROR, "v=spf1 alles")
R("4.6.2 qualifiers: +", SPF_PASS, "v=spf1 +all")
R("4.6.2 qualifiers: none is +", SPF_PASS, "v=spf1 all")
R("4.6.2 qualifiers: -", SPF_FAIL, "v=spf1 -all")
R("4.6.2 qualifiers: ~", SPF_SOFTFAIL, "v=spf1 ~all")
R("4.6.2 qualifiers: ?", SPF_NEUTRAL, "v=spf1 ?all")
R("4.6.2 the first match decides", SPF_SOFTFAIL,
    "v=spf1 ~ip4:192.0.2.0/24 -ip4:192.0.2.1 +all")
R("4.7 nothing matches", SPF_NEUTRAL, "v=spf1 ip4:203.0.113.1")
R("6 unknown modifier", SPF_FAIL, "v=spf1 foo=bar -all")
R("6 unknown modifier, odd characters", SPF_FAIL,
    "v=spf1 x-y_z.1=/:;,%{s}%{r} -all")
R("6 unknown modifier, empty value", SPF_FAIL, "v=spf1 foo= -all")
R("6 unknown modifier twice", SPF_FAIL, "v=spf1 foo=a foo=b -all")
R("6 unknown modifier, bad macro", SPF_PERMERROR, "v=spf1 foo=%abc -all")
R("6 modifier without a name", SPF_PERMERROR, "v=spf1 =foo -all")
R("6 modifier name with a slash", SPF_PERMERROR, "v=spf1 a/b=c -all")
R("6 the old default= says nothing", SPF_NEUTRAL, "v=spf1 default=pass")
R("6.2 exp= twice", SPF_PERMERROR, "v=spf1 exp=x.test exp=x.test -all")
R("6.1 redirect= twice", SPF_PERMERROR,
    "v=spf1 redirect=f.test redirect=f.test")
R("6 letters of modifiers", SPF_PERMERROR, "v=spf1 EXP=x.test eXp=x.test -all")
R("6.2 exp= empty", SPF_PERMERROR, "v=spf1 exp= -all")
R("6.1 redirect= empty", SPF_PERMERROR, "v=spf1 redirect=")
R("6.2 exp= with a bad macro", SPF_PERMERROR, "v=spf1 exp=%{q}.test -all")

/* 5.1 all */
R("5.1 all with an argument", SPF_PERMERROR, "v=spf1 -all:e.test")
R("5.1 all with an empty argument", SPF_PERMERROR, "v=spf1 -all:")
R("5.1 all with a prefix length", SPF_PERMERROR, "v=spf1 -all/8")
R("5.1 what follows all is not looked at", SPF_FAIL,
    "v=spf1 -all +ip4:192.0.2.1")

/* 5.2 include */
C("5.2 pass matches", IP4, SPF_SOFTFAIL,
    E("v=spf1 ~include:f.test -all") "f.test TXT v=spf1 +all\n")
C("5.2 fail does not match", IP4, SPF_SOFTFAIL,
    E("v=spf1 include:f.test ~all") "f.test TXT v=spf1 -all\n")
C("5.2 softfail does not match", IP4, SPF_PASS,
    E("v=spf1 -include:f.test all") "f.test TXT v=spf1 ~all\n")
C("5.2 neutral does not match", IP4, SPF_PASS,
    E("v=spf1 -include:f.test all") "f.test TXT v=spf1 ?all\n")
C("5.2 temperror is temperror", IP4, SPF_TEMPERROR,
    E("v=spf1 include:f.test +all") "f.test SERVFAIL\n")
C("5.2 permerror is permerror", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test +all") "f.test TXT v=spf1 foo\n")
C("5.2 none is permerror", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test +all") "f.test A 192.0.2.1\n")
C("5.2 no such name is permerror", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test +all"))
C("5.2 a domain without dots is permerror", IP4, SPF_PERMERROR,
    E("v=spf1 include:%{l} +all"))
R("5.2 without argument", SPF_PERMERROR, "v=spf1 include +all")
R("5.2 empty argument", SPF_PERMERROR, "v=spf1 include: +all")
R("5.2 with a prefix length", SPF_PERMERROR, "v=spf1 include:f.test/24 +all")
C("5.2 nested", IP4, SPF_PASS,
    E("v=spf1 include:f.test -all") "f.test TXT v=spf1 include:g.test -all\n"
    "g.test TXT v=spf1 ip4:192.0.2.1 -all\n")
C("5.2 %{d} is the included domain", IP4, SPF_PASS,
    E("v=spf1 include:f.test -all")
    "f.test TXT v=spf1 exists:%{d}.%{o}.x.test -all\n"
    "f.test.e.test.x.test A 127.0.0.2\n")
C("5.2 redirect inside an include", IP4, SPF_PASS,
    E("v=spf1 include:f.test -all") "f.test TXT v=spf1 redirect=g.test\n"
    "g.test TXT v=spf1 ip4:192.0.2.1 -all\n")
C("5.2 an error stops before later terms", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test ip4:192.0.2.1 -all") "f.test TXT hello\n")
C("5.2 a match stands before the broken include", IP4, SPF_PASS,
    E("v=spf1 ip4:192.0.2.1 include:f.test -all") "f.test TXT hello\n")
C("7 trailing dot in an include", IP4, SPF_PASS,
    E("v=spf1 include:f.test. -all") "f.test TXT v=spf1 +all\n")

/* 5.3 a */
R("5.3 a: address of another name", SPF_PASS, "v=spf1 a:h.test -all")
C("5.3 a: own address", IP4, SPF_PASS,
    E("v=spf1 a -all") "e.test A 203.0.113.9\ne.test A 192.0.2.1\n")
C("5.3 a: no such name", IP4, SPF_FAIL, E("v=spf1 a:no.test -all"))
C("5.3 a: other address", IP4, SPF_FAIL,
    E("v=spf1 a:o.test -all") "o.test A 203.0.113.9\n")
C("5.3 a/24", IP4, SPF_PASS,
    E("v=spf1 a:o.test/24 -all") "o.test A 192.0.2.200\n")
C("5.3 a/25 does not reach", IP4, SPF_FAIL,
    E("v=spf1 a:o.test/25 -all") "o.test A 192.0.2.200\n")
C("5.3 a/0 takes everybody with that family", IP4, SPF_PASS,
    E("v=spf1 a:o.test/0 -all") "o.test A 203.0.113.9\n")
C("5.3 a/0 of a name without address", IP4, SPF_FAIL,
    E("v=spf1 a:o.test/0 -all") "o.test MX 1 h.test\n")
C("5.3 a with both lengths, IPv4", IP4, SPF_PASS,
    E("v=spf1 a:o.test/24//64 -all") "o.test A 192.0.2.200\n")
C("5.3 a with both lengths, IPv6", IP6, SPF_PASS,
    E("v=spf1 a:o.test/32//64 -all") "o.test AAAA 2001:db8::99\n")
C("5.3 a//64 leaves IPv4 alone", IP4, SPF_FAIL,
    E("v=spf1 a:o.test//0 -all") "o.test A 192.0.2.200\n")
C("5.3 a//0", IP6, SPF_PASS,
    E("v=spf1 a:o.test//0 -all") "o.test AAAA 2001:db8:ffff::99\n")
C("5.3 a asks AAAA for an IPv6 client", IP6, SPF_FAIL,
    E("v=spf1 a:h.test -all"))
C("5.3 a/24 of the own domain", IP4, SPF_PASS,
    E("v=spf1 a/24 -all") "e.test A 192.0.2.77\n")
C("5.3 DNS failure", IP4, SPF_TEMPERROR,
    E("v=spf1 a:o.test -all") "o.test SERVFAIL\n")
C("5.3 silence", IP4, SPF_TEMPERROR,
    E("v=spf1 a:o.test -all") "o.test TIMEOUT\n")
C("5.3 behind a CNAME", IP4, SPF_PASS,
    E("v=spf1 a:o.test -all") "o.test CNAME h.test\n")
R("5.3 a/33", SPF_PERMERROR, "v=spf1 a/33 -all")
R("5.3 a//129", SPF_PERMERROR, "v=spf1 a//129 -all")
R("5.3 a/024", SPF_PERMERROR, "v=spf1 a/024 -all")
R("5.3 a//064", SPF_PERMERROR, "v=spf1 a//064 -all")
R("5.3 a/", SPF_PERMERROR, "v=spf1 a/ -all")
R("5.3 a///64", SPF_PERMERROR, "v=spf1 a///64 -all")
R("5.3 lengths in the wrong order", SPF_PERMERROR, "v=spf1 a//64/24 -all")
R("5.3 a: empty", SPF_PERMERROR, "v=spf1 a: -all")
R("5.3 a:/24", SPF_PERMERROR, "v=spf1 a:/24 -all")
R("7.1 all-numeric top-level domain", SPF_PERMERROR, "v=spf1 a:h.123 -all")
R("7.1 an IPv4 address is no domain-spec", SPF_PERMERROR,
    "v=spf1 a:192.0.2.1 -all")
R("7.1 top-level domain with hyphen first", SPF_PERMERROR,
    "v=spf1 a:h.-test -all")
R("7.1 top-level domain with hyphen last", SPF_PERMERROR,
    "v=spf1 a:h.test- -all")
R("7.1 digits and a hyphen make a top-level domain", SPF_FAIL,
    "v=spf1 a:h.1-2 -all")
R("7.1 A-label as top-level domain", SPF_FAIL, "v=spf1 a:h.xn--p1ai -all")
R("7.1 one label", SPF_PERMERROR, "v=spf1 a:museum -all")
R("7.1 one label and a dot", SPF_PERMERROR, "v=spf1 a:museum. -all")
R("7.1 underscore in the top-level domain", SPF_PERMERROR,
    "v=spf1 a:h.te_st -all")
R("7.1 port number", SPF_PERMERROR, "v=spf1 a:h.test:25 -all")
C("7.1 colon and slash inside a domain-spec", IP4, SPF_PASS,
    E("v=spf1 a:o:x/y.test/32 -all") "o:x/y.test A 192.0.2.1\n")
C("4.8 empty label does not match", IP4, SPF_FAIL,
    E("v=spf1 a:o..test -all"))
C("4.8 overlong label does not match", IP4, SPF_FAIL,
    E("v=spf1 a:a" L63 ".test -all"))

/* 5.4 mx */
C("5.4 mx of the own domain", IP4, SPF_PASS,
    E("v=spf1 mx -all") "e.test MX 10 h.test\n")
C("5.4 mx of another", IP4, SPF_PASS,
    E("v=spf1 mx:o.test -all") "o.test MX 10 no.test\no.test MX 20 h.test\n")
C("5.4 no implicit MX", IP4, SPF_FAIL, E("v=spf1 mx:h.test -all"))
C("5.4 no MX of the own domain", IP4, SPF_FAIL,
    E("v=spf1 mx -all") "e.test A 192.0.2.1\n")
C("5.4 mx/24", IP4, SPF_PASS,
    E("v=spf1 mx:o.test/24 -all") "o.test MX 1 p.test\np.test A 192.0.2.9\n")
C("5.4 mx/24//64, IPv6", IP6, SPF_PASS,
    E("v=spf1 mx:o.test/24//64 -all")
    "o.test MX 1 p.test\np.test AAAA 2001:db8::9\n")
C("5.4 several addresses a host", IP4, SPF_PASS,
    E("v=spf1 mx:o.test -all")
    "o.test MX 1 p.test\np.test A 203.0.113.1\np.test A 192.0.2.1\n")
C("5.4 null MX", IP4, SPF_FAIL, E("v=spf1 mx -all") "e.test MX 0 .\n")
C("5.4 DNS failure for MX", IP4, SPF_TEMPERROR,
    E("v=spf1 mx:o.test -all") "o.test SERVFAIL\n")
C("5.4 DNS failure for the only host", IP4, SPF_TEMPERROR,
    E("v=spf1 mx:o.test -all") "o.test MX 1 p.test\np.test SERVFAIL\n")
C("5.4 another host matches", IP4, SPF_PASS,
    E("v=spf1 mx:o.test -all")
    "o.test MX 1 p.test\np.test SERVFAIL\no.test MX 2 h.test\n")
R("5.4 mx/33", SPF_PERMERROR, "v=spf1 mx/33 -all")
R("5.4 mx: empty", SPF_PERMERROR, "v=spf1 mx: -all")
R("5.4 mx:one label", SPF_PERMERROR, "v=spf1 mx:museum -all")

/* 5.5 ptr */
#define PTR4 "1.2.0.192.in-addr.arpa PTR "
C("5.5 ptr: name below", IP4, SPF_PASS,
    E("v=spf1 ptr -all") PTR4 "m.e.test\nm.e.test A 192.0.2.1\n")
C("5.5 ptr: the name itself", IP4, SPF_PASS,
    E("v=spf1 ptr:h.test -all") PTR4 "h.test\n")
C("5.5 ptr: letters do not matter", IP4, SPF_PASS,
    E("v=spf1 ptr:H.tesT -all") PTR4 "h.TEST\n")
C("5.5 ptr: not validated", IP4, SPF_FAIL,
    E("v=spf1 ptr -all") PTR4 "m.e.test\nm.e.test A 203.0.113.9\n")
C("5.5 ptr: an ending that is no label", IP4, SPF_FAIL,
    E("v=spf1 ptr -all") PTR4 "some.test\nsome.test A 192.0.2.1\n")
C("5.5 ptr: no PTR", IP4, SPF_FAIL, E("v=spf1 ptr -all"))
C("5.5 ptr: DNS failure is no match", IP4, SPF_FAIL,
    E("v=spf1 ptr -all") "1.2.0.192.in-addr.arpa SERVFAIL\n")
C("5.5 ptr: a name with DNS failure is skipped", IP4, SPF_PASS,
    E("v=spf1 ptr:h.test -all") PTR4 "p.h.test\np.h.test TIMEOUT\n"
    PTR4 "h.test\n")
C("5.5 ptr: IPv6", IP6, SPF_PASS,
    E("v=spf1 ptr -all")
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    " PTR m.e.test\nm.e.test AAAA 2001:db8::1\n")
C("5.5 ptr: a CNAME loop is no match", IP4, SPF_NEUTRAL,
    E("v=spf1 ptr:l.test") PTR4 "l.test\nl.test CNAME k.test\n"
    "k.test CNAME l.test\n")
R("5.5 ptr/24", SPF_PERMERROR, "v=spf1 ptr/24 -all")
R("5.5 ptr: empty", SPF_PERMERROR, "v=spf1 ptr: -all")

/* 5.6 ip4, ip6 */
R("5.6 ip4", SPF_PASS, "v=spf1 ip4:192.0.2.1 -all")
R("5.6 ip4/32", SPF_PASS, "v=spf1 ip4:192.0.2.1/32 -all")
R("5.6 ip4/0", SPF_PASS, "v=spf1 ip4:203.0.113.0/0 -all")
R("5.6 host bits do not matter", SPF_PASS, "v=spf1 ip4:192.0.2.255/24 -all")
R("5.6 ip4/31", SPF_PASS, "v=spf1 ip4:192.0.2.0/31 -all")
R("5.6 ip4/31, next pair", SPF_FAIL, "v=spf1 ip4:192.0.2.2/31 -all")
R("5.6 ip4/33", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1/33 -all")
R("5.6 ip4/032", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1/032 -all")
R("5.6 ip4/", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1/ -all")
R("5.6 ip4//32", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1//32 -all")
R("5.6 ip4 alone", SPF_PERMERROR, "v=spf1 ip4 -all")
R("5.6 ip4: empty", SPF_PERMERROR, "v=spf1 ip4: -all")
R("5.6 ip4/24 without address", SPF_PERMERROR, "v=spf1 ip4/24 -all")
R("5.6 ip4 of three parts", SPF_PERMERROR, "v=spf1 ip4:192.0.2 -all")
R("5.6 ip4 of five parts", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1.5 -all")
R("5.6 ip4 beyond 255", SPF_PERMERROR, "v=spf1 ip4:192.0.2.256 -all")
R("5.6 ip4 with leading zero", SPF_PERMERROR, "v=spf1 ip4:192.0.2.01 -all")
R("5.6 ip4 with port", SPF_PERMERROR, "v=spf1 ip4:192.0.2.1:25 -all")
R("5.6 ip4 with a name", SPF_PERMERROR, "v=spf1 ip4:h.test -all")
R("5.6 ip4 with an IPv6 address", SPF_PERMERROR, "v=spf1 ip4:2001:db8::1 -all")
R("5.6 ip4 with a macro", SPF_PERMERROR, "v=spf1 ip4:%{i} -all")
R("5.6 ip6 with an IPv4 address", SPF_PERMERROR, "v=spf1 ip6:192.0.2.1 -all")
C("5.6 ip6", IP6, SPF_PASS, E("v=spf1 ip6:2001:db8::1 -all"))
C("5.6 ip6, long form", IP6, SPF_PASS,
    E("v=spf1 ip6:2001:0DB8:0:0:0:0:0:1 -all"))
C("5.6 ip6/33", IP6, SPF_PASS, E("v=spf1 ip6:2001:db8:7fff::/33 -all"))
C("5.6 ip6/33, other half", IP6, SPF_FAIL,
    E("v=spf1 ip6:2001:db8:8000::/33 -all"))
C("5.6 ip6/0", IP6, SPF_PASS, E("v=spf1 ip6:::/0 -all"))
C("5.6 ip6/0 is not for IPv4", IP4, SPF_FAIL, E("v=spf1 ip6:::/0 -all"))
C("5.6 ip4/0 is not for IPv6", IP6, SPF_FAIL, E("v=spf1 ip4:0.0.0.0/0 -all"))
R("5.6 ip6/129", SPF_PERMERROR, "v=spf1 ip6:2001:db8::1/129 -all")
R("5.6 ip6//64", SPF_PERMERROR, "v=spf1 ip6:2001:db8::1//64 -all")
R("5.6 ip6 alone", SPF_PERMERROR, "v=spf1 ip6 -all")
R("5.6 ip6 too short", SPF_PERMERROR, "v=spf1 ip6:2001:db8:1 -all")
R("5.6 ip6 in brackets", SPF_PERMERROR, "v=spf1 ip6:[2001:db8::1] -all")
R("5.6 ip6 with a zone", SPF_PERMERROR, "v=spf1 ip6:fe80::1%eth0 -all")
C("5 IPv4-mapped client is IPv4", "::ffff:192.0.2.1", SPF_PASS,
    E("v=spf1 ip4:192.0.2.1 -all"))
C("5 IPv4-mapped client asks A", "::ffff:192.0.2.1", SPF_PASS,
    E("v=spf1 a:h.test -all"))
C("5 IPv4-mapped network never matches", "::ffff:192.0.2.1", SPF_FAIL,
    E("v=spf1 ip6:::ffff:192.0.2.1 -all"))

/* 5.7 exists */
C("5.7 exists", IP4, SPF_PASS,
    E("v=spf1 exists:%{i}.x.test -all") "192.0.2.1.x.test A 127.0.0.2\n")
C("5.7 exists: no such name", IP4, SPF_FAIL,
    E("v=spf1 exists:%{i}.x.test -all"))
C("5.7 exists asks A for an IPv6 client", IP6, SPF_PASS,
    E("v=spf1 exists:h.test -all"))
C("5.7 exists is not about AAAA", IP6, SPF_FAIL,
    E("v=spf1 exists:o.test -all") "o.test AAAA 2001:db8::1\n")
C("5.7 DNS failure", IP4, SPF_TEMPERROR,
    E("v=spf1 exists:o.test -all") "o.test SERVFAIL\n")
R("5.7 without argument", SPF_PERMERROR, "v=spf1 exists -all")
R("5.7 empty argument", SPF_PERMERROR, "v=spf1 exists: -all")
R("5.7 with a prefix length", SPF_PERMERROR, "v=spf1 exists:h.test/24 -all")

/* 6.1 redirect */
C("6.1 redirect", IP4, SPF_SOFTFAIL,
    E("v=spf1 redirect=f.test") "f.test TXT v=spf1 ~all\n")
C("6.1 redirect stands anywhere", IP4, SPF_PASS,
    E("v=spf1 redirect=f.test ip4:192.0.2.1") "f.test TXT v=spf1 -all\n")
C("6.1 redirect is ignored beside all", IP4, SPF_SOFTFAIL,
    E("v=spf1 redirect=f.test ~all") "f.test TXT v=spf1 -all\n")
C("6.1 redirect to nothing", IP4, SPF_PERMERROR, E("v=spf1 redirect=f.test"))
C("6.1 redirect to a name without record", IP4, SPF_PERMERROR,
    E("v=spf1 redirect=h.test"))
C("6.1 redirect to no domain", IP4, SPF_PERMERROR, E("v=spf1 redirect=%{l}"))
C("6.1 redirect: DNS failure", IP4, SPF_TEMPERROR,
    E("v=spf1 redirect=f.test") "f.test TIMEOUT\n")
C("6.1 redirect: %{d} changes, %{o} stays", IP4, SPF_PASS,
    E("v=spf1 redirect=f.test")
    "f.test TXT v=spf1 exists:%{d}.%{o}.x.test -all\n"
    "f.test.e.test.x.test A 127.0.0.2\n")
C("6.1 redirect with a macro", IP4, SPF_FAIL,
    E("v=spf1 redirect=%{l}.f.test") "a.f.test TXT v=spf1 -all\n")
C("6.1 redirect with a prefix length", IP4, SPF_PERMERROR,
    E("v=spf1 redirect=f.test/24") "f.test TXT v=spf1 -all\n")
C("7.1 macro and dot is no end", IP4, SPF_PERMERROR,
    E("v=spf1 redirect=%{l}.") "f.test TXT v=spf1 -all\n")
C("6.1 the target's default is neutral", IP4, SPF_NEUTRAL,
    E("v=spf1 redirect=f.test") "f.test TXT v=spf1\n")

/* 6.2 exp */
T("6.2 explanation", IP4, "a@e.test", "See http://x.test/", "See http://x.test/")
T("6.2 strings are joined", IP4, "a@e.test", "one| two|three", "one twothree")
X("6.2 only for fail", IP4, "h.test", "a@e.test", SPF_SOFTFAIL, "",
    "e.test TXT v=spf1 ~all exp=x.test\nx.test TXT no\n")
X("6.2 exp stands anywhere", IP4, "h.test", "a@e.test", SPF_FAIL, "yes",
    "e.test TXT v=spf1 exp=x.test -all\nx.test TXT yes\n")
X("6.2 exp of an include is not used", IP4, "h.test", "a@e.test", SPF_FAIL,
    "", E("v=spf1 include:f.test -all")
    "f.test TXT v=spf1 -all exp=x.test\nx.test TXT no\n")
X("6.2 own exp behind an include", IP4, "h.test", "a@e.test", SPF_FAIL, "own",
    E("v=spf1 include:f.test -all exp=o.test") "o.test TXT own\n"
    "f.test TXT v=spf1 -all exp=x.test\nx.test TXT no\n")
X("6.2 exp of the redirect's target", IP4, "h.test", "a@e.test", SPF_FAIL,
    "theirs", E("v=spf1 redirect=f.test exp=o.test") "o.test TXT own\n"
    "f.test TXT v=spf1 -all exp=x.test\nx.test TXT theirs\n")
X("6.2 a redirect's target without exp", IP4, "h.test", "a@e.test", SPF_FAIL,
    "", E("v=spf1 redirect=f.test exp=o.test") "o.test TXT own\n"
    "f.test TXT v=spf1 -all\n")
X("6.2 %{d} is the target of the redirect", IP4, "h.test", "a@e.test",
    SPF_FAIL, "f.test", E("v=spf1 redirect=f.test")
    "f.test TXT v=spf1 -all exp=x.test\nx.test TXT %{d}\n")
X("6.2 no TXT", IP4, "h.test", "a@e.test", SPF_FAIL, "",
    E("v=spf1 -all exp=h.test"))
X("6.2 no such name", IP4, "h.test", "a@e.test", SPF_FAIL, "",
    E("v=spf1 -all exp=no.test"))
X("6.2 DNS failure changes nothing", IP4, "h.test", "a@e.test", SPF_FAIL, "",
    E("v=spf1 -all exp=x.test") "x.test SERVFAIL\n")
X("6.2 two TXT records", IP4, "h.test", "a@e.test", SPF_FAIL, "",
    E("v=spf1 -all exp=x.test") "x.test TXT one\nx.test TXT two\n")
X("6.2 exp's name has an overlong label", IP4, "h.test", "a@e.test", SPF_FAIL,
    "", E("v=spf1 -all exp=a" L63 ".test"))
X("6.2 exp's name from a macro", IP4, "h.test", "a@e.test", SPF_FAIL, "yes",
    E("v=spf1 -all exp=%{l}.%{o}.x.test") "a.e.test.x.test TXT yes\n")
T("6.2 not ASCII", IP4, "a@e.test", "caf\\xc3\\xa9", "")
T("6.2 control byte", IP4, "a@e.test", "a\\x1b[31mb", "")
T("6.2 bad macro in the text", IP4, "a@e.test", "%{q}", "")
T("6.2 per cent alone", IP4, "a@e.test", "100% sure", "")

/* 7 macros */
T("7.2 s, l, o, d", IP4, "A.b@e.test", "%{s} %{l} %{o} %{d}",
    "A.b@e.test A.b e.test e.test")
T("7.2 h", IP4, "a@e.test", "%{h}", "h.test")
T("7.2 i and v, IPv4", IP4, "a@e.test", "%{i} %{v} %{ir}.%{v}.arpa",
    "192.0.2.1 in-addr 1.2.0.192.in-addr.arpa")
T("7.2 c, IPv4", IP4, "a@e.test", "from %{c}", "from 192.0.2.1")
T("7.2 c, IPv6", "2001:DB8::CAFE", "a@e.test", "from %{c}",
    "from 2001:db8::cafe")
T("7.2 i, IPv6", "2001:db8::cb01", "a@e.test", "%{ir}.%{v}",
    "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6")
T("7.2 IPv4-mapped is IPv4", "::ffff:192.0.2.1", "a@e.test", "%{c} %{i} %{v}",
    "192.0.2.1 192.0.2.1 in-addr")
T("7.2 r", IP4, "a@e.test", "%{r}", "mx.receiver.test")
T("7.2 t", IP4, "a@e.test", "%{t}", "1700000000")
T("7.1 escapes", IP4, "a@e.test", "%%%_%-", "% %20")
T("7.3 reverse", IP4, "a@e.test", "%{dr}", "test.e")
T("7.3 right-hand parts", IP4, "a.b.c@e.test", "%{l1} %{l2} %{l3} %{l9}",
    "c b.c a.b.c a.b.c")
T("7.3 reverse, then right-hand parts", IP4, "a.b.c@e.test", "%{l1r} %{l2r}",
    "a b.a")
T("7.3 delimiter", IP4, "a-b-c@e.test", "%{l-} %{lr-} %{l1r-}",
    "a.b.c c.b.a a")
T("7.3 many delimiters", IP4, "a-b+c,d/e_f=g@e.test", "%{lr-+,/_=}",
    "g.f.e.d.c.b.a")
T("7.3 a delimiter that is not the dot leaves dots", IP4, "a.b-c@e.test",
    "%{lr-}", "c.a.b")
T("7.3 empty parts stay", IP4, "a--b@e.test", "%{lr-}", "b..a")
T("7.3 huge number of parts", IP4, "a.b@e.test", "%{l99999999999999999999}",
    "a.b")
T("7.1 letters of macro and transformer", IP4, "a.b@e.test", "%{lR}", "b.a")
T("7.3 capital letters escape", IP4, "jack&jill=up-a_b3.c~d@e.test", "%{L}",
    "jack%26jill%3Dup-a_b3.c~d")
T("7.3 capital s", IP4, "a@e.test", "%{S}", "a%40e.test")
T("7.3 escaping comes last", IP4, "a+b@e.test", "%{LR+} %{Lr}", "b.a a%2Bb")
T("7.4 text of the RFC's examples", IP4, "strong-bad@e.test",
    "%{l-} %{lr-} %{l1r-}", "strong.bad bad.strong strong")
R("7.1 zero parts", SPF_PERMERROR, "v=spf1 exists:%{d0} -all")
R("7.1 unknown letter", SPF_PERMERROR, "v=spf1 exists:%{e}.test -all")
R("7.1 unknown escape", SPF_PERMERROR, "v=spf1 exists:%(ir).test -all")
R("7.1 per cent at the end", SPF_PERMERROR, "v=spf1 exists:h.test% -all")
R("7.1 not closed", SPF_PERMERROR, "v=spf1 exists:%{d -all")
R("7.1 empty braces", SPF_PERMERROR, "v=spf1 exists:%{} -all")
R("7.1 transformers in the wrong order", SPF_PERMERROR,
    "v=spf1 exists:%{dr2} -all")
R("7.1 two reversals", SPF_PERMERROR, "v=spf1 exists:%{drr} -all")
R("7.1 wrong delimiter", SPF_PERMERROR, "v=spf1 exists:%{d:} -all")
R("7.2 c only in explanations", SPF_PERMERROR, "v=spf1 exists:%{c}.test -all")
R("7.2 r only in explanations", SPF_PERMERROR, "v=spf1 exists:%{r}.test -all")
R("7.2 t only in explanations", SPF_PERMERROR, "v=spf1 exists:%{t}.test -all")
R("7.2 c in exp='s name", SPF_PERMERROR, "v=spf1 exp=%{c}.test -all")
C("7.1 a macro may end the name", IP4, SPF_PASS,
    E("v=spf1 exists:x.%{d} -all") "x.e.test A 127.0.0.2\n")
C("7.1 even an escape may", IP4, SPF_FAIL, E("v=spf1 exists:x.test%% -all"))
C("7.1 macro and label without dot", IP4, SPF_PERMERROR,
    E("v=spf1 exists:%{l}test -all"))
C("7.3 macro in the middle", IP4, SPF_PASS,
    E("v=spf1 exists:_%{l}.%{d}.x.test -all")
    "_a.e.test.x.test A 127.0.0.2\n")
C("7.1 syntax is not judged after expansion", IP4, SPF_FAIL,
    E("v=spf1 a:%{i} -all"))
X("7.2 HELO that is a literal", IP4, "[192.0.2.1]", "a@e.test", SPF_FAIL, "",
    E("v=spf1 a:%{h} -all"))
X("7.2 HELO that is nonsense", IP4, "JUMPIN' JUPITER", "a@e.test", SPF_FAIL,
    "", E("v=spf1 a:%{h} -all"))
X("7.2 HELO that leads here", IP4, "h.test", "a@e.test", SPF_PASS, "",
    E("v=spf1 a:%{h} -all"))
X("7.3 backslash in a local part is asked", IP4, "h.test", "a\\b@e.test",
    SPF_PASS, "", E("v=spf1 exists:%{l}.x.test -all")
    "a\\092b.x.test A 127.0.0.2\n")
X("7.3 bytes of UTF-8 are asked", IP4, "h.test", "\xc3\xa4@e.test", SPF_PASS,
    "", E("v=spf1 exists:%{l}.x.test -all")
    "\\195\\164.x.test A 127.0.0.2\n")
X("7.3 253 bytes stay whole", IP4, "h.test",
    L63 "." L63 "." L63 ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "@e.test", SPF_PASS, "", E("v=spf1 exists:%{l}.x.test -all")
    L63 "." L63 "." L63 ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    ".x.test A 127.0.0.2\n")
X("7.3 beyond that labels go on the left", IP4, "h.test",
    "zz." L63 "." L63 "." L63 "."
    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "@e.test", SPF_PASS, "", E("v=spf1 exists:%{l}.x.test -all")
    L63 "." L63 "." L63 ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    ".x.test A 127.0.0.2\n")
X("7.3 a final dot does not count", IP4, "h.test",
    L63 "." L63 "." L63 ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    "@e.test", SPF_PASS, "", E("v=spf1 exists:%{l}.x.test. -all")
    L63 "." L63 "." L63 ".bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    ".x.test A 127.0.0.2\n")

/* %{p} */
C("7.3 p: validated", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") PTR4 "h.test\n"
    "h.test.x.test A 127.0.0.2\n")
C("7.3 p: no name", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") "unknown.x.test A 127.0.0.2\n")
C("7.3 p: not validated", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") PTR4 "no.test\n"
    "unknown.x.test A 127.0.0.2\n")
C("7.3 p: DNS failure", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") "1.2.0.192.in-addr.arpa TIMEOUT\n"
    "unknown.x.test A 127.0.0.2\n")
C("7.3 p: the domain itself before others", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") PTR4 "h.test\n" PTR4 "m.e.test\n"
    PTR4 "e.test\nm.e.test A 192.0.2.1\ne.test A 192.0.2.1\n"
    "e.test.x.test A 127.0.0.2\n")
C("7.3 p: a name below before others", IP4, SPF_PASS,
    E("v=spf1 exists:%{p}.x.test -all") PTR4 "h.test\n" PTR4 "m.e.test\n"
    "m.e.test A 192.0.2.1\nm.e.test.x.test A 127.0.0.2\n")
X("7.3 p in an explanation", IP4, "h.test", "a@e.test", SPF_FAIL,
    "h.test sent this", E("v=spf1 -all exp=x.test")
    "x.test TXT %{p} sent this\n" PTR4 "h.test\n")
X("7.3 p in exp='s name", IP4, "h.test", "a@e.test", SPF_FAIL, "yes",
    E("v=spf1 -all exp=%{p}.x.test") "h.test.x.test TXT yes\n" PTR4 "h.test\n")
C("7.3 p in a redirect", IP4, SPF_PASS,
    E("v=spf1 redirect=%{p}.x.test") "h.test.x.test TXT v=spf1 +all\n"
    PTR4 "h.test\n")

/* 4.6.4: limits */
#define A5 "a:h.test a:h.test a:h.test a:h.test a:h.test "
#define N5 "-a:n.test -a:n.test -a:n.test -a:n.test -a:n.test "
#define NTEST "n.test A 203.0.113.1\nn.test MX 1 n.test\n"
C("4.6.4 ten terms", IP4, SPF_PASS, E("v=spf1 " N5 N5 "+all") NTEST)
C("4.6.4 eleven terms", IP4, SPF_PERMERROR, E("v=spf1 " N5 N5 "a:h.test")
    NTEST)
C("4.6.4 a match before the eleventh", IP4, SPF_PASS,
    E("v=spf1 " N5 "-a:n.test -a:n.test -a:n.test -a:n.test a:h.test "
    "a:h.test -all") NTEST)
C("4.6.4 all, ip4 and ip6 do not count", IP4, SPF_PASS,
    E("v=spf1 " N5 N5 "ip4:203.0.113.1 ip6:2001:db8::9 ip4:203.0.113.2 all")
    NTEST)
C("4.6.4 exp does not count", IP4, SPF_FAIL,
    E("v=spf1 " N5 N5 "-all exp=no.test") NTEST)
C("4.6.4 redirect counts", IP4, SPF_PERMERROR,
    E("v=spf1 " N5 N5 "redirect=f.test") NTEST "f.test TXT v=spf1 +all\n")
C("4.6.4 redirect as the tenth", IP4, SPF_PASS,
    E("v=spf1 " N5 "-a:n.test -a:n.test -a:n.test -mx:n.test redirect=f.test")
    NTEST "f.test TXT v=spf1 +all\n")
C("4.6.4 terms of includes count together", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test -a:n.test -a:n.test -a:n.test -a:n.test a:h.test")
    NTEST "f.test TXT v=spf1 " N5 "-all\n")
C("4.6.4 ten with an include", IP4, SPF_PASS,
    E("v=spf1 include:f.test -a:n.test -a:n.test -a:n.test a:h.test")
    NTEST "f.test TXT v=spf1 " N5 "-all\n")
C("4.6.4 the hosts of an mx do not count", IP4, SPF_PASS,
    E("v=spf1 -mx:m.test -mx:m.test -mx:m.test -mx:m.test a:h.test -all")
    "m.test MX 1 n.test\nm.test MX 2 n.test\nm.test MX 3 n.test\n" NTEST)
C("4.6.4 redirect loop", IP4, SPF_PERMERROR, E("v=spf1 redirect=e.test"))
C("4.6.4 redirect loop of two", IP4, SPF_PERMERROR,
    E("v=spf1 redirect=f.test") "f.test TXT v=spf1 redirect=e.test\n")
C("4.6.4 include loop", IP4, SPF_PERMERROR, E("v=spf1 include:e.test -all"))
C("4.6.4 include loop of two", IP4, SPF_PERMERROR,
    E("v=spf1 include:f.test -all") "f.test TXT v=spf1 include:e.test -all\n")
#define MX5(n) "o.test MX " n "1 n.test\no.test MX " n "2 n.test\no.test MX " \
	n "3 n.test\no.test MX " n "4 n.test\no.test MX " n "5 n.test\n"
C("4.6.4 ten MX", IP4, SPF_PASS,
    E("v=spf1 mx:o.test -all") MX5("1") "o.test MX 21 n.test\n"
    "o.test MX 22 n.test\no.test MX 23 n.test\no.test MX 24 n.test\n"
    "o.test MX 25 h.test\n" NTEST)
C("4.6.4 eleven MX", IP4, SPF_PERMERROR,
    E("v=spf1 mx:o.test -all") MX5("1") MX5("2") "o.test MX 1 h.test\n" NTEST)
#define PTR5 PTR4 "n.test\n" PTR4 "n.test\n" PTR4 "n.test\n" PTR4 "n.test\n" \
	PTR4 "n.test\n"
C("4.6.4 eleventh PTR is ignored", IP4, SPF_FAIL,
    E("v=spf1 ptr:h.test -all") PTR5 PTR5 PTR4 "h.test\n" NTEST)
C("4.6.4 tenth PTR counts", IP4, SPF_PASS,
    E("v=spf1 ptr:h.test -all") PTR5 PTR4 "n.test\n" PTR4 "n.test\n" PTR4
    "n.test\n" PTR4 "n.test\n" PTR4 "h.test\n" PTR4 "n.test\n" NTEST)
C("4.6.4 addresses of a name are not limited", IP4, SPF_PASS,
    E("v=spf1 a:o.test -all")
    "o.test A 203.0.113.1\no.test A 203.0.113.2\no.test A 203.0.113.3\n"
    "o.test A 203.0.113.4\no.test A 203.0.113.5\no.test A 203.0.113.6\n"
    "o.test A 203.0.113.7\no.test A 203.0.113.8\no.test A 203.0.113.9\n"
    "o.test A 203.0.113.10\no.test A 203.0.113.11\no.test A 192.0.2.1\n")
C("4.6.4 two void look-ups", IP4, SPF_PASS,
    E("v=spf1 a:n1.test mx:n2.test +all"))
C("4.6.4 three void look-ups", IP4, SPF_PERMERROR,
    E("v=spf1 a:n1.test mx:n2.test exists:n3.test +all"))
C("4.6.4 names without such records are void", IP4, SPF_PERMERROR,
    E("v=spf1 a:f.test mx:f.test exists:f.test +all") "f.test TXT x\n")
C("4.6.4 void look-ups of includes count together", IP4, SPF_PERMERROR,
    E("v=spf1 a:n1.test include:f.test a:n3.test +all")
    "f.test TXT v=spf1 a:n2.test -all\n")
C("4.6.4 hosts of an mx are not void terms", IP4, SPF_PASS,
    E("v=spf1 mx:o.test +all")
    "o.test MX 1 n1.test\no.test MX 2 n2.test\no.test MX 3 n3.test\n")
C("4.6.4 a look-up that failed is not void", IP4, SPF_TEMPERROR,
    E("v=spf1 a:n1.test a:n2.test a:s.test +all") "s.test SERVFAIL\n")
};

#undef C
#undef R
#undef X
#undef T
