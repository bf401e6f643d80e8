# The same by hand. Passwords are asked for, never written.
# p1 dest.example
dig @192.0.2.53 -t MX -q dest.example
# p2 mx1.dest.example 203.0.113.10:25
swaks --server 203.0.113.10 --port 25 --helo mail.src.example --from al@src.example --to bob@dest.example --tls --quit-after RCPT
openssl s_client -connect 203.0.113.10:25 -starttls smtp -servername mx1.dest.example -verify_hostname mx1.dest.example </dev/null
# p3 mx2.dest.example 203.0.113.20:25
swaks --server 203.0.113.20 --port 25 --helo mail.src.example --from al@src.example --to bob@dest.example --quit-after RCPT
