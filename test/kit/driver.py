# As driver.mjs.
import base64, json, pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "docs/kit/python"))
sys.dont_write_bytecode = True
from antiphon_webhook import AntiphonWebhook

webhook = AntiphonWebhook(sys.argv[1], sys.argv[2])
for line in sys.stdin:
    now, signature, key_id, body = line.rstrip("\n").split("\t")
    given = {"X-Webhook-Signature": signature, "X-Webhook-Signature-Key-Id": key_id}
    headers = {name: value for name, value in given.items() if value}
    try:
        print(json.dumps(webhook.events(base64.b64decode(body), headers, int(now) / 1000)))
    except Exception as error:
        print("refused", repr(error))
