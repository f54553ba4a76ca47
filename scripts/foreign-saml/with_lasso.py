"""lasso answers the request in login.json, and begins a login itself. It signs every assertion, so there is no response that alone is signed."""
import base64
import datetime
import json
import urllib.parse

import lasso

with open("login.json") as file:
    login = json.load(file)


def provider():
    server = lasso.Server("idp.xml", "idp.key", None, "idp.pem")
    server.signatureMethod = lasso.SIGNATURE_METHOD_RSA_SHA256
    server.addProvider(lasso.PROVIDER_ROLE_SP, "sp.xml")
    return lasso.Login(server)


def asked(url):
    session = provider()
    session.processAuthnRequestMsg(urllib.parse.urlsplit(url).query)
    return session


def unasked():
    session = provider()
    session.initIdpInitiatedAuthnRequest(login["sp"])
    session.request.nameIdPolicy.format = lasso.SAML2_NAME_IDENTIFIER_FORMAT_EMAIL
    session.request.protocolBinding = lasso.SAML2_METADATA_BINDING_POST
    session.processAuthnRequestMsg()
    return session


def after(seconds):
    time = datetime.datetime.utcnow() + datetime.timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def answer(name, session, hint):
    session.validateRequestMsg(True, True)
    session.buildAssertion(lasso.SAML2_AUTHN_CONTEXT_PASSWORD, after(-1), None, after(-60), after(300))
    name_id = session.assertion.subject.nameId
    name_id.content = "ada@example.com"
    name_id.format = lasso.SAML2_NAME_IDENTIFIER_FORMAT_EMAIL
    session.assertion.authnStatement[0].sessionIndex = "1"
    session.setSignatureHint(hint)
    session.buildAuthnResponseMsg()
    with open(f"lasso-{name}.xml", "wb") as file:
        file.write(base64.b64decode(session.msgBody))


try:
    asked(login["forged"])
except lasso.DsInvalidSignatureError:
    pass
else:
    raise AssertionError("lasso takes the signature of a stranger")

assert asked(login["asked"]).msgRelayState == login["relayState"], "lasso loses the RelayState"
answer("assertion", asked(login["asked"]), lasso.PROFILE_SIGNATURE_HINT_FORBID)
answer("both", asked(login["asked"]), lasso.PROFILE_SIGNATURE_HINT_FORCE)
answer("both-unasked", unasked(), lasso.PROFILE_SIGNATURE_HINT_FORCE)
