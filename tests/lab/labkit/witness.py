"""An independent client: what do the real servers say?

Runs on a client host and prints the reply that decides. The lab asks it
before relaytrace, so that a scenario is known to be what it claims to be.
"""

import concurrent.futures
import json
import smtplib
import socket
import ssl
import sys
import time


def conversation(ask):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        if ask["port"] == 465:
            server = smtplib.SMTP_SSL(timeout=20, context=context)
        else:
            server = smtplib.SMTP(timeout=20)
        server._host = ask["host"]      # what TLS asks the certificate for
        code, text = server.connect(ask["host"], ask["port"])
    except smtplib.SMTPServerDisconnected:
        return "no greeting"
    except ConnectionRefusedError:
        return "refused"
    except (OSError, ssl.SSLError) as error:
        return f"no connection: {error}"
    if code != 220:
        return reply(code, text)
    for step in steps(server, ask, context):
        try:
            code, text = step()
        except smtplib.SMTPServerDisconnected:
            return "connection lost"
        except smtplib.SMTPNotSupportedError as error:
            return f"unsupported: {error}"
        except smtplib.SMTPAuthenticationError as error:
            return reply(error.smtp_code, error.smtp_error)
        except ssl.SSLError as error:
            return f"no TLS: {error}"
        if code >= 400:
            break
    try:
        server.docmd("QUIT")
    except (smtplib.SMTPException, OSError):
        pass
    server.close()
    return reply(code, text)


def steps(server, ask, context):
    yield lambda: server.ehlo(ask["helo"])
    if ask["tls"]:
        yield lambda: server.starttls(context=context)
        yield lambda: server.ehlo(ask["helo"])
    if ask["show"] == "ehlo":
        yield lambda: (server.ehlo_resp and 250, server.ehlo_resp)
        return
    if ask["user"]:
        yield lambda: server.login(ask["user"], ask["password"])
    yield lambda: server.docmd("MAIL", f"FROM:<{ask['sender']}>")
    yield lambda: server.docmd("RCPT", f"TO:<{ask['recipient']}>")


def reply(code, text):
    return f"{code} {text.decode('utf-8', 'replace')}"


def wait(host, port, until):
    """Until a server greets, or says that it has been asked too often.
    Says what is wrong when it never does."""
    reason = "nothing tried"
    while time.monotonic() < until:
        try:
            with socket.create_connection((host, port), 10) as server:
                server.settimeout(10)
                if port == 465 or server.recv(3) in (b"220", b"421"):
                    return None
                reason = "no greeting"
        except OSError as error:
            reason = str(error)
        time.sleep(0.2)
    return f"{host}:{port} does not answer: {reason}"


def wait_for_all(servers):
    until = time.monotonic() + 120
    with concurrent.futures.ThreadPoolExecutor(len(servers)) as pool:
        answers = pool.map(lambda s: wait(s.split()[0], int(s.split()[1]),
                                          until), servers)
    sys.exit("; ".join(filter(None, answers)) or 0)


if __name__ == "__main__":
    if sys.argv[1] == "wait":
        wait_for_all(sys.argv[2:])
    print(conversation(json.loads(sys.argv[1])))
