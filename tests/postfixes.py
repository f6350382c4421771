"""A real Postfix of the test's own: on loopback ports, in a throw-away folder, stopped afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from houses import free_port, until
from parvis.conftest import skip_or_fail

SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Takes mail at `port`: for the square's domain it hands it in by LMTP, for all others it goes to `next_hop`."""

    def __init__(self, folder: Path, *, domain: str, lmtp: int, next_hop: int) -> None:
        self.folder, self.port = folder, free_port()
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": folder / "queue",
            "data_directory": folder / "data",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": folder / "log",
            "maillog_file_prefixes": folder,
            "myhostname": "mx.parvis.example",
            "mydestination": "",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "smtp_host_lookup": "native",
            "relayhost": f"[127.0.0.1]:{next_hop}",
            "relay_domains": domain,
            "transport_maps": f"inline:{{ {domain}=lmtp:inet:127.0.0.1:{lmtp} }}",
            "recipient_delimiter": "+",
            "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
            "smtpd_recipient_restrictions": f"check_recipient_access inline:{{ {domain}=reject_unverified_recipient }}",
            "unverified_recipient_reject_code": "550",
            "address_verify_map": "",
            "smtpd_forbid_bare_newline": "yes",
            "smtpd_forbid_bare_newline_exclusions": "",
            "smtpd_data_restrictions": "reject_unauth_pipelining",
            "lmtp_destination_recipient_limit": "50",
            "minimal_backoff_time": "1s",
            "maximal_backoff_time": "2s",
            "queue_run_delay": "1s",
        }
        folder.chmod(0o755)
        (folder / "queue").mkdir(mode=0o755)
        (folder / "data").mkdir(mode=0o700)
        shutil.chown(folder / "data", "postfix")
        lines = [f"{name} = {value}" for name, value in settings.items()]
        (folder / "main.cf").write_text("\n".join([*lines, ""]))
        (folder / "master.cf").write_text(f"127.0.0.1:{self.port} inet n - n - - smtpd{SERVICES}")

    def run(self, word: str) -> None:
        done = subprocess.run(
            ["postfix", "-c", str(self.folder), word], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, f"{done.stdout}{done.stderr}{self.log()}"

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                return line.recv(100).startswith(b"220")
        except OSError:
            return False


@contextmanager
def postfix(*, domain: str, lmtp: int, next_hop: int) -> Iterator[Postfix]:
    """One that runs. Skips the test where Postfix is not installed, or may not be started."""
    if shutil.which("postfix") is None:
        skip_or_fail("Postfix is not installed")
    if os.geteuid() != 0:
        skip_or_fail("only root can start a Postfix")
    with tempfile.TemporaryDirectory(prefix="parvis-postfix-") as folder:
        server = Postfix(Path(folder), domain=domain, lmtp=lmtp, next_hop=next_hop)
        server.run("start")
        try:
            until(server.answers, "Postfix answers", within=30)
            yield server
        finally:
            server.run("stop")
