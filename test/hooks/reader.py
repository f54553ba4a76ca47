"""Whoever the token names, read by the hook's reader alone: for machines without Django."""
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[2] / "examples/hooks/django"))
from antiphon_call import AntiphonCalls

calls = AntiphonCalls(os.environ["ANTIPHON_APP_ID"], os.environ["ANTIPHON_JWKS_URL"])


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            name = calls.token(body, self.headers["X-Webhook-Signature"], self.headers["X-Webhook-Signature-Key-Id"])
            email = {"type": "email_address", "value": f"{name}@lumen.example"}
            self.answer(200, {"user": {"external_id": name, "identifiers": [email]}})
        except Exception as fault:
            self.answer(500, {"error": str(fault)})

    def answer(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


server = HTTPServer(("127.0.0.1", 0), Hook)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
