"""Fetch uv from the package index without pip: find the wheel for this machine, check its hash, unpack the program.

Which index: UV_DEFAULT_INDEX, UV_INDEX_URL, PIP_INDEX_URL, ``index-url`` of pip's configuration, else PyPI.
Runs on Python 3.6 or newer, standard library only; ``scripts/bootstrap.py`` calls it.
"""

import base64
import configparser
import hashlib
import html.parser
import io
import os
import platform
import re
import ssl
import urllib.parse
import urllib.request
import zipfile
from typing import Dict, List, Optional, Set, Tuple

PYPI = "https://pypi.org/simple"
Version = Tuple[int, ...]


def fetch(pins: str, target: str, oldest: Version) -> None:
    """Put the program at ``target``.

    Raises:
        OSError: the index cannot be reached.
        ValueError: it has no wheel for this machine, or one with another hash.
    """
    with open(pins, encoding="utf-8") as file:
        pinned, hashes = read_pins(file.read())
    index = index_url(os.environ)
    page = "{}/uv/".format(index.rstrip("/"))
    link, expected = choose(links(download(page).decode("utf-8"), page), pinned, hashes, oldest)
    content = download(link)
    if hashlib.sha256(content).hexdigest() not in expected:
        raise ValueError("{} does not have the expected sha256".format(link))
    unpack(content, target)


def read_pins(text: str) -> Tuple[Version, Set[str]]:
    """Version and hashes of a requirements file that holds uv alone."""
    return version_of(text.split("uv==", 1)[1]), set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))


def version_of(text: str) -> Version:
    """The version at the start of a text."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)(?![\w.]*[a-z])", text)
    return tuple(int(part) for part in found.groups()) if found else ()


def choose(found: List[str], pinned: Version, hashes: Set[str], oldest: Version) -> Tuple[str, Set[str]]:
    """The wheel's address and the hashes that it may have: the pinned version, else the newest with a hash.

    The hash of another version comes from the index itself, which is what pip trusts too.
    """
    suitable = [link for link in found if re.search(wheel_pattern(), file_name(link))]
    for link in suitable:
        if link_version(link) == pinned:
            return link, hashes
    for link in sorted(suitable, key=link_version, reverse=True):
        stated = re.search(r"#sha256=([0-9a-f]{64})$", link)
        if stated and link_version(link) >= oldest:
            return link, {stated.group(1)}
    raise ValueError("no wheel of uv for {} {}".format(platform.system(), platform.machine()))


def wheel_pattern() -> str:
    """What the end of a wheel's name must look like on this machine."""
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.system() == "Darwin":
        return r"[-.]macosx_\d+_\d+_{}\.whl$".format(machine)
    libc = "manylinux2014" if platform.libc_ver()[0] == "glibc" else "musllinux_1_1"
    return r"[-.]{}_{}(\.\w+)*\.whl$".format(libc, machine)


def link_version(link: str) -> Version:
    return version_of(file_name(link).split("-")[1])


def file_name(link: str) -> str:
    return urllib.parse.unquote(urllib.parse.urlsplit(link).path).rsplit("/", 1)[-1]


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = []  # type: List[str]

    def handle_starttag(self, tag: str, attrs: List[Tuple[str, Optional[str]]]) -> None:
        target = dict(attrs).get("href")
        if tag == "a" and target:
            self.found.append(target)


def links(page: str, address: str) -> List[str]:
    """Addresses of uv's wheels on a page of the index (PEP 503)."""
    parser = _Links()
    parser.feed(page)
    absolute = [urllib.parse.urljoin(address, link) for link in parser.found]
    return [link for link in absolute if re.match(r"uv-[^-]+-.*\.whl$", file_name(link))]


def download(address: str) -> bytes:
    """The content of an address; a user and password in it go into a header, proxies come from the environment."""
    parts = urllib.parse.urlsplit(address)
    user, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host).geturl(), headers={"Accept": "text/html, */*;q=0.1"})
    if user:
        request.add_header("Authorization", "Basic " + base64.b64encode(urllib.parse.unquote(user).encode()).decode())
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return bytes(answer.read())


def unpack(wheel: bytes, target: str) -> None:
    """Write the program inside a wheel to ``target``, whole or not at all."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        inside = [name for name in archive.namelist() if name.endswith(".data/scripts/uv")]
        if not inside:
            raise ValueError("the wheel holds no program")
        content = archive.read(inside[0])
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target + ".part", "wb") as file:
        file.write(content)
    os.chmod(target + ".part", 0o755)
    os.replace(target + ".part", target)


def index_url(variables: Dict[str, str]) -> str:
    """The package index that this machine is set to."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if variables.get(name):
            return re.sub(r"^[\w-]+=(?=\w+://)", "", variables[name])  # uv allows a name before the address
    for path in reversed(pip_files(variables)):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("install", "global"):
            if parser.has_option(section, "index-url"):
                return parser.get(section, "index-url").strip()
    return PYPI


def pip_files(variables: Dict[str, str]) -> List[str]:
    """pip's configuration files, the strongest last."""
    home = os.path.expanduser("~")
    user = variables.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    files = ["/etc/pip.conf", os.path.join(home, ".pip", "pip.conf"), os.path.join(user, "pip", "pip.conf")]
    if platform.system() == "Darwin":
        library = os.path.join("Library", "Application Support", "pip", "pip.conf")
        files = [os.path.join("/", library), *files, os.path.join(home, library)]
    return [*files, *filter(None, [variables.get("PIP_CONFIG_FILE")])]
