import importlib.util
import socket
import unittest

from tests.support import Process, Reply, send


@unittest.skipUnless(
    importlib.util.find_spec("gunicorn"), "gunicorn is not installed here; the build of the image runs these"
)
class GunicornTest(unittest.TestCase):
    """The server of the image, with its own configuration."""

    def start(self, **env: str) -> tuple[Process, int]:
        process = self.enterContext(Process("-m", "gunicorn", **env))
        port = process.read("listening")["port"]
        while self.probe(port).status != 200:
            pass
        return process, port

    def probe(self, port: int) -> Reply:
        return send(port, "/readyz")

    def test_serves_and_stops(self) -> None:
        process, port = self.start(APP_VERSION="main-1")
        reply = send(port, "/", headers={"x-request-id": "abc-1"})
        self.assertEqual((reply.status, reply.json()["version"]), (200, "main-1"))
        self.assertEqual(send(port, "/nothing").json(), {"error": "Not found"})
        process.terminate()
        self.assertEqual(process.wait(), 0)
        [line] = [line for line in process.lines if line.get("requestId") == "abc-1"]
        self.assertEqual((line["message"], line["status"], line["level"]), ("request", 200, "info"))
        with self.assertRaises(ConnectionRefusedError):
            send(port, "/")

    def test_is_not_ready_before_it_stops_to_listen(self) -> None:
        process, port = self.start(SHUTDOWN_DELAY_MS="2000")
        process.terminate()
        process.read("stopping")
        self.assertEqual(self.probe(port).status, 503)
        self.assertEqual(send(port, "/").status, 200)
        self.assertEqual(process.wait(), 0)

    def test_finishes_requests_under_way(self) -> None:
        process, port = self.start()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\n")
            send(port, "/healthz")
            process.terminate()
            process.read("stopping")
            connection.sendall(b"connection: close\r\n\r\n")
            self.assertIn(b"200 OK", connection.recv(65_536))
        self.assertEqual(process.wait(), 0)
        self.assertNotIn("requests were cut off", process.said())

    def test_cuts_off_what_does_not_finish_in_time(self) -> None:
        process, port = self.start(DRAIN_TIMEOUT_MS="100")
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: half a request\r\n")
            send(port, "/healthz")
            process.terminate()
            self.assertEqual(process.wait(), 1)
        self.assertIn("requests were cut off", process.said())

    def test_a_wrong_configuration_ends_the_process_with_1(self) -> None:
        with Process("-m", "gunicorn", PORT="eighty") as process:
            self.assertEqual(process.wait(), 1)
            self.assertIn("PORT must be a whole number", process.lines[0]["error"])
