"""Each test of the CRM runs on a file of SQLite and on PostgreSQL, where a server is found."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from crmlib import systems
from tests.support import PROJECT
from tests.support.databases import PLACES, new_database, postgres

NOW = "2025-12-15 10:00"
USERS = {
    "boss": ("何主管", "manager"),
    "sales1": ("王芳", "sales"),
    "sales2": ("李强", "sales"),
    "service1": ("赵敏", "service"),
    "marketing1": ("孙悦", "marketing"),
}
FIRMS = ["青禾中学", "云上咖啡", "蓝门 100% 饮品店", "O'Brien's Pub", "长庚机械厂", "北斗_诊所"]
PEOPLE = ["稷芒波", "秧露苗", "麦小满", "Lin Tao", "谷雨", "稻霜山"]


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a throw-away server."""
    with postgres() as url:
        yield url


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    """Where a new CRM may be made: a path, or a URL."""
    if request.param == "sqlite":
        yield str(tmp_path / "crm.db")
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def crm(place):
    """An empty CRM, opened by the system on 15 December 2025."""
    crm = systems.open_crm(place, now=NOW)
    yield crm
    crm.close()


@pytest.fixture
def firm(crm):
    """A CRM of five users and twelve accounts: `crm`, and each user by his login.

    Six firms, of which sales1 and sales2 look after two each and nobody after two; six households of nobody.
    """
    for login, (name, role) in USERS.items():
        systems.new_user(crm, name, login, role)
    users = {login: crm.sign_in(login) for login in USERS}
    owners = [users["sales1"], users["sales1"], users["sales2"], users["sales2"], crm, crm]
    firms = [systems.new_account(owner, name, "business") for owner, name in zip(owners, FIRMS, strict=True)]
    homes = [systems.new_account(crm, name, "household", status="customer") for name in PEOPLE]
    people = [
        systems.new_contact(
            crm, account, name, phone=f"1380013800{n}", email=f"p{n}@example.com", birthday=f"199{n}-01-01"
        )
        for n, (account, name) in enumerate(zip(firms, PEOPLE, strict=True))
    ]
    return SimpleNamespace(crm=crm, firms=firms, homes=homes, people=people, **users)


@pytest.fixture
def start(place, firm):
    """Start programs beside this one: ``start(text, *arguments)``; they find the CRM in ``sys.argv[1]``."""
    running = []

    def run(program, *arguments):
        command = [sys.executable, "-c", program, place, *map(str, arguments)]
        running.append(
            subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()
