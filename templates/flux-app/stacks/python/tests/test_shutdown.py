import socket
import threading
import time
import unittest
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from tests.support import Process, running, send


class ShutdownTest(unittest.TestCase):
    def setUp(self) -> None:
        self.background = ThreadPoolExecutor()
        self.addCleanup(self.background.shutdown)

    def test_finishes_requests_under_way(self) -> None:
        arrived, release = threading.Event(), threading.Event()

        def slow(_query: Mapping[str, str]) -> object:
            arrived.set()
            release.wait(30)
            return "done"

        with running({"/slow": slow}) as it:
            reply = self.background.submit(send, it.port, "/slow")
            arrived.wait(30)
            stopped = self.background.submit(it.server.stop)
            release.set()
            self.assertEqual(reply.result().json(), "done")
            self.assertTrue(stopped.result())
            with self.assertRaises(ConnectionRefusedError):
                send(it.port, "/")

    def test_is_not_ready_before_it_stops_to_listen(self) -> None:
        with running(shutdown_delay_ms=1_000) as it:
            stopped = self.background.submit(it.server.stop)
            while "stopping" not in [line["message"] for line in it.lines]:
                time.sleep(0.001)
            reply = send(it.port, "/readyz")
            self.assertEqual((reply.status, reply.json()), (503, {"status": "stopping"}))
            self.assertEqual(send(it.port, "/").status, 200)
            self.assertTrue(stopped.result())

    def test_cuts_off_what_does_not_finish_in_time(self) -> None:
        with running(drain_timeout_ms=50) as it, socket.create_connection(("127.0.0.1", it.port)) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nhost: half a request\r\n")
            send(it.port, "/healthz")
            self.assertFalse(it.server.stop())
            self.assertIn("requests were cut off", [line["message"] for line in it.lines])

    def test_sigterm_ends_the_process_with_0(self) -> None:
        with Process("-m", "app", APP_VERSION="main-1") as process:
            line = process.read("listening")
            self.assertEqual(line["version"], "main-1")
            self.assertEqual(send(line["port"], "/readyz").status, 200)
            process.terminate()
            self.assertEqual(process.wait(), 0)
            self.assertEqual(process.said(), ["listening", "signal", "stopping", "stopped"])

    def test_a_wrong_configuration_ends_the_process_with_1(self) -> None:
        with Process("-m", "app", PORT="eighty") as process:
            self.assertEqual(process.wait(), 1)
            [line] = process.lines
            self.assertEqual(line["message"], "cannot start")
            self.assertIn("PORT must be a whole number", line["error"])
