"""What was answered is counted in the course's own folder: the server's notebooks are told where, nothing else is."""

from types import SimpleNamespace

from launch import places, server


def test_the_server_tells_its_notebooks_where_to_count(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(
        server, "subprocess", SimpleNamespace(Popen=lambda *_, **how: started.append(how["env"]), STDOUT=0, PIPE=0)
    )
    server.start(None, 8888, "token", tmp_path / "server.log")
    [variables] = started
    assert variables["CRM_PROGRESS"] == str(places.ROOT / "work" / ".progress")


def test_what_is_started_from_a_notebooks_terminal_counts_nothing(monkeypatch):
    monkeypatch.setenv("CRM_PROGRESS", "/somewhere")
    assert "CRM_PROGRESS" not in places.variables()


def test_the_counts_are_no_notebooks_of_the_users(tmp_path, student):
    from launch import work

    (student / "work" / ".progress").mkdir()
    (student / "work" / ".progress" / "04.json").write_text("{}")
    assert work.bring(student, "en") == {} and (student / "work" / ".progress" / "04.json").exists()
