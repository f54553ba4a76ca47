"""Reads a call of Antiphon's migration hook: checks that Antiphon made it, for your application, and returns the legacy token in it.

No package needed. Whatever is wrong is raised: answer 500 then. Antiphon reads a 4xx as "this session is no good", and would show your
login to everybody if a wrong address of the keys stood here.
"""
import base64
import hashlib
import hmac
import json
import threading
import time
import urllib.request

MAX_BODY_BYTES = 128 * 1024
KEYS_LIVE_SECONDS = 600
KEYS_REST_SECONDS = 10  # unknown key ids do not make us ask for the keys more often than this, whether they were answered or not


class AntiphonCalls:
    """app_id: your application in Antiphon. jwks_url: https://<your Antiphon>/.well-known/jwks.json. Make one per process."""

    def __init__(self, app_id, jwks_url):
        self.app_id, self.jwks_url = app_id, jwks_url
        self._keys, self._asked_at, self._lock = {}, float("-inf"), threading.Lock()

    def token(self, body, signature, key_id):
        """The legacy token in `body` (bytes, as they came); the others are X-Webhook-Signature and X-Webhook-Signature-Key-Id."""
        if len(body) > MAX_BODY_BYTES:
            raise ValueError("the body is too long")
        n, e = self._key(key_id)
        if not is_signed(n, e, body, _decode(signature)):
            raise ValueError("the signature is not of this body")
        call = json.loads(body)
        if call["app_id"] != self.app_id:
            raise ValueError("the call is for another application")
        return call["token"]

    def _key(self, key_id):
        with self._lock:
            age = time.monotonic() - self._asked_at
            if age > (KEYS_LIVE_SECONDS if key_id in self._keys else KEYS_REST_SECONDS):
                self._asked_at = time.monotonic()
                with urllib.request.urlopen(self.jwks_url, timeout=2) as answer:
                    keys = json.load(answer)["keys"]
                self._keys = {key["kid"]: (_number(key["n"]), _number(key["e"])) for key in keys if key.get("alg") == "PS256"}
            return self._keys[key_id]


def is_signed(n, e, message, signature):
    """RSASSA-PSS with SHA-256 and a salt of 32 bytes, RFC 8017 section 8.1.2. Public values only: nothing here needs constant time."""
    length = (n.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= n:
        return False
    bits = n.bit_length() - 1
    encoded = pow(number, e, n).to_bytes((bits + 7) // 8, "big")
    masked, digest = encoded[:-33], encoded[-33:-1]
    if encoded[-1] != 0xBC or masked[0] >> (8 - (8 * len(encoded) - bits)):
        return False
    mask = b"".join(hashlib.sha256(digest + i.to_bytes(4, "big")).digest() for i in range(len(masked) // 32 + 1))
    block = bytearray(a ^ b for a, b in zip(masked, mask))
    block[0] &= 0xFF >> (8 * len(encoded) - bits)
    padding, salt = block[:-32], block[-32:]
    if bytes(padding) != bytes(len(padding) - 1) + b"\x01":
        return False
    due = hashlib.sha256(bytes(8) + hashlib.sha256(message).digest() + salt).digest()
    return hmac.compare_digest(due, digest)


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text):
    return int.from_bytes(_decode(text), "big")
