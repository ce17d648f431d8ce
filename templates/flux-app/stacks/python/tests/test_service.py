import unittest
from collections.abc import Mapping

from tests.support import running, send

NO_ZONE = {"error": "zone must be the name of a time zone, for example Europe/Berlin"}


def fail(_query: Mapping[str, str]) -> object:
    raise RuntimeError("the reason")


class ServiceTest(unittest.TestCase):
    def test_answers(self) -> None:
        def at(zone: str, local: str) -> dict[str, str]:
            return {"zone": zone, "iso": "2026-01-02T03:04:05.000Z", "local": f"Friday, 2 January 2026 at {local}"}

        with running() as it:
            for path, status, body in (
                ("/healthz", 200, {"status": "ok"}),
                ("/readyz", 200, {"status": "ready"}),
                ("/", 200, {"name": "under-test", "version": "1.2.3"}),
                ("/api/time", 200, at("UTC", "03:04:05 UTC")),
                ("/api/time?zone=Asia/Tokyo", 200, at("Asia/Tokyo", "12:04:05 JST")),
                ("/api/time?zone=Mars/Olympus", 400, NO_ZONE),
                ("/api/time?zone=../../etc/passwd", 400, NO_ZONE),
                ("/api/time?zone=Europe", 400, NO_ZONE),
                ("/api/time?zone=%00", 400, NO_ZONE),
                ("/api/time?zone=", 400, NO_ZONE),
                ("/api/time?zone=%ff", 400, {"error": "The address is not valid"}),
                ("/nothing", 404, {"error": "Not found"}),
                ("/__class__", 404, {"error": "Not found"}),
                ("/api/time/more", 404, {"error": "Not found"}),
            ):
                with self.subTest(path):
                    reply = send(it.port, path)
                    self.assertEqual((reply.status, reply.json()), (status, body))
                    self.assertEqual(reply.headers["content-type"], "application/json; charset=utf-8")

    def test_answers_head_without_a_body(self) -> None:
        with running() as it:
            reply = send(it.port, "/", "HEAD")
            self.assertEqual((reply.status, reply.body), (200, ""))
            self.assertGreater(int(reply.headers["content-length"]), 0)

    def test_refuses_other_methods(self) -> None:
        with running() as it:
            for path in ("/", "/readyz"):
                reply = send(it.port, path, "POST")
                self.assertEqual(reply.status, 405)
                self.assertEqual(reply.headers["allow"], "GET, HEAD")
                self.assertEqual(reply.json(), {"error": "Only GET and HEAD are answered here"})

    def test_tells_the_log_alone_why_it_failed(self) -> None:
        with running({"/fails": fail, "/no-json": lambda _query: object()}) as it:
            for path in ("/fails", "/no-json"):
                request_id = f"find{path.replace('/', '-')}"
                reply = send(it.port, path, headers={"x-request-id": request_id})
                self.assertEqual(reply.status, 500)
                self.assertEqual(reply.json(), {"error": "Internal error", "requestId": request_id})
                [line] = [x for x in it.lines if x.get("requestId") == request_id and x["level"] == "error"]
                self.assertEqual(line["message"], "request failed")
                self.assertIn("Traceback", line["error"]["stack"])
                if path == "/fails":
                    self.assertEqual(line["error"]["message"], "the reason")

    def test_keeps_a_request_id_that_is_safe(self) -> None:
        with running() as it:
            for given, kept in (("abc-1", True), ('a b {"x":1}', False), ("a" * 101, False), ("", False)):
                got = send(it.port, "/", headers={"x-request-id": given}).headers["x-request-id"]
                self.assertEqual(got == given, kept, got)
                self.assertRegex(got, r"^[\w.:-]{5,100}$")
