"""Email: messages are valid with any content, and each reply of a mail server has one meaning."""

import asyncio
import shutil
import ssl
import subprocess
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header

import pytest
from aiosmtpd.smtp import AuthResult
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels import MailServer, MessageDraft, email
from monitor.channels.email import build_message, is_unsubscribe_url, unsubscribe_url
from monitor.model import Ambiguous, Channel, Message, Rejected, Rendered, Sent
from tests.digest.builders import a_full_digest
from tests.digest.golden import written as written_digest

from .servers import DROP, SILENCE, Mailbox, ScriptedMail, listening, real_mail_server

DATE = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def rendered(**given) -> Rendered:
    return Rendered(**{"subject": "A story (1 story)", "text": "Text\n", "html": "<p>Text</p>", "data": {}, **given})


def written(digest: Rendered, **given) -> bytes:
    return email.mime_message(
        digest,
        **{
            "sender": "Monitor <monitor@desk.example>",
            "recipient": "reader@embassy.example",
            "message_id": "<1.2@desk.example>",
            "date": DATE,
            "list_id": "desk.monitor.desk.example",
            **given,
        },
    )


def a_message(body: bytes = b"Subject: x\r\n\r\n.one\r\ntwo\r\n") -> Message:
    return Message(channel="desk", recipient="reader@embassy.example", id="<1.2@desk.example>", body=body)


def server(port: int, **given) -> MailServer:
    return MailServer(
        **{
            "host": "127.0.0.1",
            "port": port,
            "tls": "none",
            "sender": "Monitor <monitor@desk.example>",
            "timeout": 5.0,
            "reply_timeout": 5.0,
            **given,
        }
    )


async def sent_to(script: dict[str, str], **given) -> tuple[object, ScriptedMail]:
    mail = ScriptedMail(script)
    async with listening(mail) as port:
        return await email.send_mail(a_message(), server=server(port, **given)), mail


# --- the message ------------------------------------------------------------------------------------------------------


def test_headers_that_readers_and_robots_need():
    """A message carries the headers that keep it out of loops, in its list, and in its thread."""
    raw = written(rendered(), references=("<0@desk.example>",))
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Date"].datetime == DATE
    assert mail["Message-ID"] == "<1.2@desk.example>"
    assert mail["From"] == "Monitor <monitor@desk.example>"
    assert mail["To"] == "reader@embassy.example"
    assert mail["List-Id"] == "<desk.monitor.desk.example>"
    assert mail["References"] == mail["In-Reply-To"] == "<0@desk.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_long_ids_go_out_as_they_are():
    """Ids longer than a line are neither encoded nor broken: mail programs group messages by them."""
    ids = [f"<{number:090}@monitor.desk.example>" for number in range(4)]
    raw = written(rendered(), message_id=ids[0], references=ids[1:], list_id="a." * 60 + "example")
    mail = message_from_bytes(raw, policy=policy.default)
    assert b"=?" not in raw
    assert mail["Message-ID"] == ids[0]
    assert mail["References"].split() == ids[1:]
    assert mail["In-Reply-To"].strip() == ids[3]
    assert f"List-Id: <{'a.' * 60}example>".encode() in raw


def test_long_address_goes_out_as_it_is():
    """An address of any length that servers accept is unbroken in the header."""
    address = "a" * 64 + "@" + "b" * 60 + "." + "c" * 60 + ".example"
    raw = written(rendered(), recipient=address, sender=f"سفارت خانہ <{address}>")
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == address
    assert mail["From"].addresses[0].addr_spec == address
    assert mail["From"].addresses[0].display_name == "سفارت خانہ"
    assert raw.count(address.encode()) == 2


def test_parts_come_back_as_they_were():
    """Plain text first, HTML last; both read back letter for letter, in lines that every server takes."""
    text, html = "پاکستان اور ایران\n" + "x" * 3000 + "\n", "<p>" + "گفت‌وگو " * 500 + "</p>\n"
    raw = written(rendered(text=text, html=html))
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()] == [text, html]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_the_same_digest_gives_the_same_headers_and_parts():
    """Nothing of the machine or the moment gets into a message but the boundary between its parts."""
    first, second = written(rendered()), written(rendered())
    assert len(first) == len(second)
    assert first.split(b"Content-Type")[0] == second.split(b"Content-Type")[0]


HOSTILE = [
    "Title\r\nBcc: all@world.example",
    "Title\n\nbody",
    "a\u2028b\u0085c\x0bd\x1ce",
    "half \ud800 letter",
    "\u202eright to left\u202c",
    "=?utf-8?q?Bcc:_x?=",
    "nul \x00 bell \x07",
    "x" * 5000,
    "",
    "سفیر " * 400,
]


@pytest.mark.parametrize("subject", HOSTILE)
def test_poisoned_subject_is_one_line(subject):
    """A title with line breaks, controls or half letters can neither break the headers nor stop the digest."""
    raw = written(rendered(subject=subject))
    mail = message_from_bytes(raw, policy=policy.default)
    assert not mail.defects
    assert mail["Bcc"] is None
    assert len(mail.get_all("Subject")) == 1
    assert len(mail["Subject"]) <= 200
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_whole_digest_as_mail():
    """A digest in three languages comes back from its message letter for letter, without a defect."""
    digest = written_digest(a_full_digest())
    mail = message_from_bytes(written(digest), policy=policy.default)
    assert not mail.defects
    assert mail["Subject"] == digest.subject
    text, html = mail.iter_parts()
    assert not text.defects
    assert not html.defects
    assert text.get_content().replace("\r\n", "\n") == digest.text
    assert html.get_content().replace("\r\n", "\n").strip() == digest.html.strip()


HEADLINE_WORDS = st.sampled_from(
    [
        "Alert:",
        "Iran’s",
        "Dar",
        "over",
        "border",
        "–",
        "security?",
        "حزب\u200cالله",
        "مواضع",
        "بازار",
        "تهران",
        "پاکستان،",
        "سرحد",
        "Dışişleri",
        "Arakçi",
        '"talks"',
        "(3",
        "stories)",
    ]
)


@given(words=st.lists(HEADLINE_WORDS, min_size=1, max_size=30))
def test_a_subject_arrives_as_it_was_written(words):
    """Headlines of mixed scripts are decoded to the same text, blank for blank, from lines of at most 78 octets."""
    subject = " ".join(words)[:200].strip()
    raw = written(rendered(subject=subject))
    header = raw[raw.index(b"Subject:") :].split(b"\r\nList-Id")[0]
    assert max(map(len, header.split(b"\r\n"))) <= 78
    assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
    parts = decode_header(header.decode("ascii").removeprefix("Subject: "))
    assert "".join(part if isinstance(part, str) else part.decode(code or "ascii") for part, code in parts) == subject


@given(subject=st.text(max_size=300))
def test_any_subject_makes_a_valid_message(subject):
    """Whatever the subject, the message parses back without a defect and with our headers alone."""
    mail = message_from_bytes(written(rendered(subject=subject)), policy=policy.default)
    assert not mail.defects
    assert mail.keys().count("Subject") == 1
    assert set(mail.keys()) <= {
        *("Date", "Message-ID", "From", "To", "Subject", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress"),
        *("MIME-Version", "Content-Type"),
    }


# --- sending ----------------------------------------------------------------------------------------------------------


async def test_real_server_gets_the_message_whole():
    """A real server gets the frozen body, byte for byte, for this one recipient."""
    mailbox = Mailbox()
    body = written(rendered(text=".dot\n..dots\n"))
    async with real_mail_server(mailbox) as port:
        assert isinstance(await email.send_mail(a_message(body), server=server(port)), Sent)
    [envelope] = mailbox.envelopes
    assert envelope.content == body
    assert envelope.rcpt_tos == ["reader@embassy.example"]
    assert envelope.mail_from == "monitor@desk.example"


async def test_sent_has_the_reply_of_the_server():
    """The detail of Sent is the server's own word: it helps to find the message in its log."""
    answer, mail = await sent_to({})
    assert answer == Sent(detail="kept as 42")
    assert mail.kept == [b"Subject: x\r\n\r\n..one\r\ntwo\r\n.\r\n"]
    assert mail.commands[0] == "EHLO desk.example"


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA", "."])
async def test_4xx_is_for_now(step):
    """A 4xx at any step, grey-listing among them, is to be tried again."""
    answer, _ = await sent_to({step: "451 later"})
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert "451 later" in answer.reason


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA", "."])
async def test_421_is_for_now(step):
    """A 421 of a server that shuts down is temporary."""
    answer, _ = await sent_to({step: "421 going down"})
    assert isinstance(answer, Rejected)
    assert not answer.permanent


@pytest.mark.parametrize(
    ("step", "permanent"), [("CONNECT", False), ("MAIL", False), ("RCPT", True), ("DATA", True), (".", True)]
)
async def test_5xx_is_for_good_where_it_is_about_the_recipient(step, permanent):
    """A 5xx to the recipient or the message ends the delivery; one to our own set-up waits for it to be mended."""
    answer, _ = await sent_to({step: "550 no"})
    assert isinstance(answer, Rejected)
    assert answer.permanent is permanent
    assert "550 no" in answer.reason


async def test_missing_login_is_ours():
    """530 at any step means that we did not log in: no recipient is given up for it."""
    answer, _ = await sent_to({"RCPT": "530 log in first"})
    assert answer == Rejected(reason="RCPT TO: 530 log in first", permanent=False)


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT"])
@pytest.mark.parametrize("fault", [DROP, SILENCE])
async def test_no_answer_before_the_message_is_for_now(step, fault):
    """Before the message is given over nothing can have arrived."""
    answer, _ = await sent_to({step: fault}, timeout=0.2)
    assert isinstance(answer, Rejected)
    assert not answer.permanent


@pytest.mark.parametrize("fault", [DROP, SILENCE, "nonsense", "250" + "x" * 40_000])
async def test_no_answer_after_the_message_is_ambiguous(fault):
    """Once the dot is out, silence may mean yes."""
    answer, mail = await sent_to({".": fault}, reply_timeout=0.2)
    assert isinstance(answer, Ambiguous)
    assert mail.kept
    assert len(answer.reason) < 300


@pytest.mark.parametrize("fault", ["421 too late", "554 what", DROP, SILENCE])
async def test_quit_changes_nothing(fault):
    """After the 250 the message counts as sent, whatever happens to the connection."""
    answer, _ = await sent_to({"QUIT": fault})
    assert answer == Sent(detail="kept as 42")


async def test_slow_server_is_stopped_as_a_whole():
    """The time limit covers all steps together: a server that is just in time for each of them is stopped too."""

    async def drip(reader, writer):
        while True:
            writer.write(b"220-wait\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with listening(drip) as port:
        answer = await asyncio.wait_for(email.send_mail(a_message(), server=server(port, timeout=0.4)), 3)
    assert isinstance(answer, Rejected)
    assert not answer.permanent


async def test_hostile_replies_are_cleaned():
    """Colours and megabytes in an answer do not reach the log."""
    answer, _ = await sent_to({"RCPT": "550 \x1b[31mred " + "x" * 5000})
    assert isinstance(answer, Rejected)
    assert "\x1b" not in answer.reason
    assert len(answer.reason) < 300


async def test_nobody_listens():
    """A refused connection is a reason to try again."""
    async with listening(ScriptedMail()) as port:
        pass
    answer = await email.send_mail(a_message(), server=server(port))
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert answer.reason.startswith("connect:")


async def test_poisoned_recipient_reaches_no_server():
    """An address with a line break or foreign letters is refused for good, and no command of its own is sent."""
    mail = ScriptedMail()
    async with listening(mail) as port:
        for recipient in ("a@b.example>\r\nRCPT TO:<c@d.example", "سفیر@embassy.example"):
            poisoned = Message(channel="desk", recipient=recipient, id="<1@x>", body=b"x")
            answer = await email.send_mail(poisoned, server=server(port))
            assert isinstance(answer, Rejected)
            assert answer.permanent
    assert not any(command.startswith("RCPT") for command in mail.commands)


async def test_missing_starttls_fails_closed():
    """A server that no longer offers STARTTLS gets neither a login nor a message, in the clear."""
    answer, mail = await sent_to({}, tls="starttls", username="u", password="p")
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert "STARTTLS" in answer.reason
    assert not any(command.split()[0] in ("AUTH", "MAIL") for command in mail.commands)


def test_password_is_not_shown():
    """The password of the mail server stays out of every repr."""
    assert "hunter2" not in repr(server(25, password="hunter2"))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def server_tls(folder) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def test_starttls_and_login(certificate):
    """Over STARTTLS with a certificate we trust we log in and hand over."""
    mailbox, logins = Mailbox(), []

    def login(_server, _session, _envelope, _mechanism, data):
        logins.append((data.login, data.password))
        return AuthResult(success=True)

    options = {"tls_context": server_tls(certificate), "authenticator": login, "auth_required": True}
    async with real_mail_server(mailbox, **options) as port:
        ours = server(port, tls="starttls", username="u", password="p", ca_file=str(certificate / "cert.pem"))
        answer = await email.send_mail(a_message(), server=ours)
    assert isinstance(answer, Sent)
    assert logins == [(b"u", b"p")]
    assert len(mailbox.envelopes) == 1


async def test_wrong_login_waits(certificate):
    """A wrong password is ours to mend: the message waits, no recipient is given up."""
    options = {
        "tls_context": server_tls(certificate),
        "authenticator": lambda *_: AuthResult(success=False, handled=False),
    }
    async with real_mail_server(Mailbox(), **options) as port:
        ours = server(port, tls="starttls", username="u", password="p", ca_file=str(certificate / "cert.pem"))
        answer = await email.send_mail(a_message(), server=ours)
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert "535" in answer.reason


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_unknown_certificate_is_refused(certificate, tls):
    """An untrusted certificate stops the delivery temporarily."""
    mailbox = Mailbox()
    context = server_tls(certificate)
    if tls == "tls":
        mail = ScriptedMail()
        async with listening(mail, ssl=context) as port:
            answer = await email.send_mail(a_message(), server=server(port, tls=tls))
    else:
        async with real_mail_server(mailbox, tls_context=context) as port:
            answer = await email.send_mail(a_message(), server=server(port, tls=tls))
    assert isinstance(answer, Rejected)
    assert not answer.permanent
    assert "certificate" in answer.reason.lower()
    assert not mailbox.envelopes


async def test_tls_from_the_start(certificate):
    """Implicit TLS, as on port 465."""
    mail = ScriptedMail()
    async with listening(mail, ssl=server_tls(certificate)) as port:
        ours = server(port, tls="tls", ca_file=str(certificate / "cert.pem"))
        assert isinstance(await email.send_mail(a_message(), server=ours), Sent)


# --- unsubscribing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("desk@monitor.example", "mailto:desk@monitor.example?subject=unsubscribe"),
        ("Desk <o'brien+x@monitor.example>", "mailto:o%27brien%2Bx@monitor.example?subject=unsubscribe"),
        ("https://monitor.example/about", "mailto:sender@desk.example?subject=unsubscribe"),
    ],
)
def test_unsubscribing_writes_to_the_contact(contact, expected):
    """A page as contact is not the address of a request: then it goes to the sender."""
    assert unsubscribe_url(contact, "Monitor <sender@desk.example>") == expected
    assert is_unsubscribe_url(expected)


@pytest.mark.parametrize(
    "url",
    [
        "mailto:",
        "mailto:desk",
        "http://a.example/",
        "https://",
        "desk@a.example",
        "https://a.example/\n>",
        "mailto:a@b.c>",
    ],
)
def test_other_texts_are_no_unsubscribe_url(url):
    """Only mail and https, and nothing that could end the header."""
    assert not is_unsubscribe_url(url)


def test_every_mail_says_how_to_unsubscribe():
    """The header is written unencoded and on one line, however long its URL is (RFC 2369)."""
    url = f"https://monitor.example/{'leave/' * 30}"
    server = MailServer(host="mail.example", sender="m@desk.example", unsubscribe=url)
    channel = Channel(id="desk", kind="email", recipients=("a@desk.example",))
    rendered = Rendered(subject="News", text="text", html="<p>text</p>", data={})
    draft = MessageDraft(
        channel=channel, recipient="a@desk.example", rendered=rendered, name="0" * 32, written_at=datetime.now(UTC)
    )
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in build_message(draft, server).body
