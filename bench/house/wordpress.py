"""The peer: WordPress of Debian behind nginx and PHP-FPM, on a MariaDB of its own, all in one throw-away folder."""

import getpass
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.programs import answer, free_port, running, until
from bench.report import say

from .blog import read_slug, write_json

SOURCE = Path("/usr/share/wordpress")
PACKAGES = "wordpress wordpress-theme-twentytwentyone php-fpm php-mysql php-xml php-mbstring mariadb-server nginx-light wrk"
CONFIGURATION = """<?php
define('DB_NAME', 'blog'); define('DB_USER', '{user}'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', ''); $table_prefix = 'wp_';
define('WP_HOME', '{address}'); define('WP_SITEURL', '{address}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {{
    define($name . '_KEY', 'bench ' . $name); define($name . '_SALT', 'salt ' . $name);
}}
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/'); require_once ABSPATH . 'wp-settings.php';
"""
FPM = """[global]
daemonize = no
error_log = {folder}/fpm.log
[www]
{user}listen = {folder}/fpm.sock
pm = static
pm.max_children = 4
php_admin_value[opcache.enable] = 1
php_admin_value[memory_limit] = 256M
"""
NGINX = """{user}worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
daemon off;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port}; root {folder}/www; index index.php;
        location / {{ try_files $uri $uri/ /index.php?$args; }}
        location ~ \\.php$ {{ include /etc/nginx/fastcgi.conf; fastcgi_pass unix:{folder}/fpm.sock; }}
    }}
}}
"""


@dataclass(frozen=True)
class Blog:
    """A blog that answers: its port, the first process of each of its programs, and what can be asked of it."""

    name: str
    port: int
    processes: tuple[int, ...]
    post: str
    home: str
    feed: str
    search: str
    cookie: str


def programs() -> dict[str, str]:
    """Where its programs are. Raises LookupError when one is missing."""
    fpm = sorted(Path("/usr/sbin").glob("php-fpm*"))
    wanted = {name: shutil.which(name) for name in ("mariadbd", "mariadb-install-db", "nginx", "php")}
    found = {name: path for name, path in wanted.items() if path} | ({"fpm": str(fpm[-1])} if fpm else {})
    if len(found) < len(wanted) + 1 or not (SOURCE / "wp-load.php").exists():
        raise LookupError(f"WordPress, which is not installed here (Debian: {PACKAGES})")
    return found


@contextmanager
def wordpress(folder: Path, word: str) -> Iterator[Blog]:
    """WordPress with the same posts, as long as it is wanted. Raises LookupError when it is not installed."""
    where, port, me = programs(), free_port(), getpass.getuser()
    shutil.copytree(SOURCE, folder / "www", symlinks=False, ignore_dangling_symlinks=True)
    address, sock = f"http://127.0.0.1:{port}", folder / "db.sock"
    names = {"folder": folder, "port": port, "address": address, "socket": sock}
    for file, text, user in (
        ("www/wp-config.php", CONFIGURATION, me),
        ("fpm.conf", FPM, f"user = {me}\ngroup = {me}\n"),
        ("nginx.conf", NGINX, f"user {me};\n" if me == "root" else ""),
    ):
        (folder / file).write_text(text.format(user=user, **names), encoding="utf-8")
    log = folder / "programs.log"
    with ExitStack() as stack:
        database = stack.enter_context(running(database_command(where, folder, sock, me, log), None, log))
        until(lambda: connects(sock), database, log)
        subprocess.run(["mariadb", f"--socket={sock}", "-e", "CREATE DATABASE blog"], check=True)
        filled = fill(where["php"], folder, address)
        as_root = ["-R"] if me == "root" else []
        fpm = stack.enter_context(
            running([where["fpm"], "-F", "-y", folder / "fpm.conf", *as_root], None, log)
        )
        until(lambda: connects(folder / "fpm.sock"), fpm, log)
        nginx = stack.enter_context(
            running([where["nginx"], "-c", folder / "nginx.conf", "-p", folder], None, log)
        )
        until(lambda: answer(port, "/")[0] == 200, nginx, log)
        yield Blog(
            name=f"WordPress {filled['version']}",
            port=port,
            processes=(database.pid, fpm.pid, nginx.pid),
            post=filled["post"],
            home="/",
            feed="/feed/",
            search=f"/?s={word}",
            cookie=filled["cookie"],
        )


def database_command(where: dict[str, str], folder: Path, sock: Path, me: str, log: Path) -> list[str | Path]:
    """Makes an empty MariaDB, and says how it is started."""
    data = folder / "db"
    make = [
        where["mariadb-install-db"],
        "--no-defaults",
        f"--datadir={data}",
        f"--user={me}",
        "--auth-root-authentication-method=normal",
    ]
    with log.open("ab") as file:
        subprocess.run(make, check=True, stdout=file, stderr=file)
    return [
        where["mariadbd"],
        "--no-defaults",
        f"--user={me}",
        f"--datadir={data}",
        f"--socket={sock}",
        f"--pid-file={folder / 'db.pid'}",
        "--skip-networking",
        "--innodb-buffer-pool-size=256M",
        "--innodb-flush-log-at-trx-commit=2",
    ]


def fill(php: str, folder: Path, address: str) -> dict[str, str]:
    """The same posts, through WordPress's own functions; where to read them."""
    began = time.monotonic()
    write_json(folder / "posts.json")
    script = Path(__file__).with_name("wordpress.php")
    command = [php, script, folder / "www", address, folder / "posts.json", read_slug()]
    said = subprocess.run(
        [str(word) for word in command], check=True, text=True, stdout=subprocess.PIPE
    ).stdout
    filled: dict[str, str] = json.loads(said[said.rindex('{"version"') :])
    say(f"WordPress {filled['version']} holds {filled['posts']} posts ({time.monotonic() - began:.0f} s)")
    return filled


def connects(path: Path) -> bool:
    """Whether somebody listens at this socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
