"""Ports for tests: below those that systems hand out by themselves (from 32768 on), where nobody comes by chance."""

import contextlib
import os
import secrets
import socket


def free_port():
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with contextlib.suppress(OSError), taken(port):
            return port


@contextlib.contextmanager
def taken(port):
    """Hold a port, as a program that listens there does."""
    with socket.socket() as holder:
        if os.name != "nt":  # there it would share the port with another program
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", port))
        holder.listen()
        yield
