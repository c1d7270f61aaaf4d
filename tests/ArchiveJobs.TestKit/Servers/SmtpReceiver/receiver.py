#!/usr/bin/python3
"""A mail server for tests on 127.0.0.1: keeps each mail as one file in DIR, one line of JSON about its delivery before it.

Prints "ready PORT" when it listens; ends when its standard input does, so that it never outlives the tests."""
import argparse
import asyncio
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("--dir", required=True)
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--security", choices=["none", "starttls", "tls"], default="none")
parser.add_argument("--certificate")
parser.add_argument("--key")
parser.add_argument("--login", help="USER:PASSWORD; mail is refused without it")
parser.add_argument("--refuse", action="append", default=[], help="550 for this recipient")
parser.add_argument("--greylist", action="store_true", help="451 for each recipient's first try")
parser.add_argument("--hang", choices=["connect", "data"], help="no answer at this point")
options = parser.parse_args()

context = None
if options.security != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)


class Mailbox:
    def __init__(self):
        self.seen = set()
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in options.refuse:
            return "550 5.1.1 no such recipient"
        if options.greylist and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if options.hang == "data":
            await asyncio.Event().wait()
        self.count += 1
        tls = server.transport.get_extra_info("ssl_object")
        about = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "login": session.auth_data, "tls": tls.version() if tls else None}
        path = os.path.join(options.dir, f"{self.count:04}.mail")
        with open(path + ".tmp", "wb") as file:
            file.write(json.dumps(about).encode() + b"\n" + envelope.original_content)
        os.rename(path + ".tmp", path)
        return "250 2.0.0 kept"


def authenticate(server, session, envelope, mechanism, data):
    user = data.login.decode()
    # handled=False: the server itself answers 535 for a wrong password.
    return AuthResult(success=f"{user}:{data.password.decode()}" == options.login, handled=False, auth_data=user)


def factory():
    if options.hang == "connect":
        return asyncio.Protocol()
    return SMTP(
        mailbox,
        hostname="localhost",
        tls_context=context if options.security == "starttls" else None,
        require_starttls=options.security == "starttls",
        authenticator=authenticate,
        auth_required=options.login is not None,
        auth_require_tls=options.security == "starttls",
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", options.port, ssl=context if options.security == "tls" else None)
    print("ready", server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


mailbox = Mailbox()
asyncio.run(main())
