"""A way to a server that can be cut and mended."""

import contextlib
import socket
import threading


class Relay:
    """Passes connections on from an address of its own."""

    def __init__(self, address):
        host, port = address.removeprefix("http://").split(":")
        self._target = (host, int(port))
        self._port = 0
        self.mend()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._port}"

    def mend(self):
        """Takes connections (again)."""
        self._pairs = []
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self):
        """Ends all connections and takes none."""
        for one in [self._listener, *self._pairs]:
            # A thread that waits for it wakes up then.
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._pairs += [near, far]
                for source, sink in [(near, far), (far, near)]:
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)
