"""pysaml2 answers the request in login.json, signed in each of its ways, and writes its metadata."""
import json
import os
import urllib.parse

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.metadata import create_metadata_string
from saml2.saml import NAMEID_FORMAT_EMAILADDRESS, NameID
from saml2.server import Server
from saml2.sigver import verify_redirect_signature
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

with open("login.json") as file:
    login = json.load(file)

policy = {"lifetime": {"minutes": 5}, "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"}
sso = (login["ssoUrl"], BINDING_HTTP_REDIRECT)
config = IdPConfig().load({
    "entityid": login["idp"],
    "xmlsec_binary": os.environ["XMLSEC"],
    "key_file": "idp.key",
    "cert_file": "idp.pem",
    "service": {"idp": {"endpoints": {"single_sign_on_service": [sso]}, "policy": {"default": policy}}},
    "metadata": {"local": ["sp.xml"]},
})
server = Server(config=config)


def read(url):
    """What a request asks for; its signature, which is none of its XML, is a second question."""
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    message = server.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT).message
    certificates = server.metadata.certs(message.issuer.text, "any", "signing")
    is_signed = any(verify_redirect_signature(query, server.sec.sec_backend, one) for one in certificates)
    return server.response_args(message, [BINDING_HTTP_POST]), is_signed


asked, is_signed = read(login["asked"])
assert is_signed, "pysaml2 does not take our signature"
assert not read(login["forged"])[1], "pysaml2 takes the signature of a stranger"

identity = {"mail": ["ada@example.com"], "givenName": ["Ada"], "surName": ["Lovelace"]}
authn = {"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "authn_auth": login["idp"]}
for name in ("assertion", "response", "both"):
    response = server.create_authn_response(
        identity,
        asked["in_response_to"],
        asked["destination"],
        asked["sp_entity_id"],
        name_id=NameID(format=NAMEID_FORMAT_EMAILADDRESS, text="ada@example.com"),
        authn=authn,
        sign_assertion=name != "response",
        sign_response=name != "assertion",
        sign_alg=SIG_RSA_SHA256,
        digest_alg=DIGEST_SHA256,
    )
    with open(f"pysaml2-{name}.xml", "w") as file:
        file.write(str(response))

with open("pysaml2-metadata.xml", "wb") as file:
    file.write(create_metadata_string(None, config=config))
