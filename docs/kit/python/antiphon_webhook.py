"""Antiphon's webhooks: bytes in, events out. Python 3.8 or later, `pip install cryptography`. Raises when anything is wrong: answer 400 then."""
import base64, json, re, threading, time, urllib.request
from datetime import datetime
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


class AntiphonWebhook:
    """jwks_url: https://<your Antiphon>/.well-known/jwks.json. Make one per process, for it remembers the keys."""

    def __init__(self, app_id, jwks_url):
        self.app_id, self.jwks_url = app_id, jwks_url
        self._keys, self._asked_at, self._lock = {}, float("-inf"), threading.Lock()

    def events(self, body, headers, now=None):
        """body: the bytes as they came, before any parser. headers: as frameworks have them, with `get`."""
        now = time.time() if now is None else now
        form = re.fullmatch(r"rsassa-pss-sha256=([A-Za-z0-9_-]+)", headers.get("X-Webhook-Signature") or "")
        if not form:
            raise ValueError("no signature of the form rsassa-pss-sha256=…")
        key, pss = self._key(headers.get("X-Webhook-Signature-Key-Id"), now), padding.PSS(padding.MGF1(SHA256()), salt_length=32)
        key.verify(_decode(form[1]), body, pss, SHA256())
        batch = json.loads(body)
        if batch["app_id"] != self.app_id:
            raise ValueError("for another application")
        if abs(now - datetime.fromisoformat(batch["sent_at"].replace("Z", "+00:00")).timestamp()) > 300:
            raise ValueError("sent more than 5 minutes ago")
        return batch["events"]

    def _key(self, key_id, now):
        with self._lock:
            # Keys are good for ten minutes; ids that are unknown make us ask again, but not all the time.
            if now - self._asked_at > (600 if key_id in self._keys else 10):
                self._asked_at = now
                with urllib.request.urlopen(self.jwks_url, timeout=2) as answer:
                    self._keys = {key["kid"]: key for key in json.load(answer)["keys"] if key.get("alg") == "PS256"}
            e, n = (int.from_bytes(_decode(self._keys[key_id][name]), "big") for name in "en")
            return rsa.RSAPublicNumbers(e, n).public_key()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
