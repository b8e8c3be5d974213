"""Package indexes that answer falsely, on 127.0.0.1."""

import contextlib
import http.server
import threading

PAGE = b"<html><body>Please <a href='/login'>log in</a></body></html>"


def links(name, more=b""):
    return b"<a href='/%s'%s>%s</a>" % (name, more, name.partition(b"#")[0])


class Answer(http.server.BaseHTTPRequestHandler):
    """Answers with what the server's `answer` returns for a path: a status, a type, a page."""

    def do_GET(self):
        status, kind, page = self.server.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(page)))
        if status == 302:
            self.send_header("Location", "/login")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        """Say nothing."""


def always(status, kind="text/html", page=PAGE):
    return lambda path: (status, kind, page)


def only_to_log_in(path):
    return (200, "text/html", PAGE) if path == "/login" else (302, "text/html", b"")


def with_files(page, status=200):
    """An index whose page has these links; each file is answered with `status` and a web page."""
    return lambda path: (status, "text/html", PAGE) if path.endswith(".whl") else (200, "text/html", page)


def without(missing):
    """An index that has everything but one package."""
    found = links(b"pip-99.0-py3-none-any.whl")
    return lambda path: (404, "text/html", b"") if missing in path else (200, "text/html", found)


@contextlib.contextmanager
def index(answer):
    """The address of an index that answers so."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.answer = answer
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://somebody:secret@127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        server.server_close()
