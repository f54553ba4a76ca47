"""Antiphon's migration hook for Django's sessions, with any session engine. See README.md beside this file."""
import logging
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model, load_backend
from django.core import signing
from django.http import JsonResponse, parse_cookie
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .antiphon_call import AntiphonCalls

TICKET_SALT, TICKET_SECONDS = "antiphon.ticket", 120
calls = AntiphonCalls(settings.ANTIPHON_APP_ID, settings.ANTIPHON_JWKS_URL)


@csrf_exempt  # Antiphon signs what it sends
@require_POST
def session(request):
    try:
        headers = request.headers
        token = calls.token(request.body, headers["X-Webhook-Signature"], headers["X-Webhook-Signature-Key-Id"])
        user = user_of_ticket(token) or user_of_cookies(token)
        if user is None or not user.is_active:
            return JsonResponse({"error": "no session"}, status=401)
        return JsonResponse({"user": record_of(user)})
    except Exception:
        logging.getLogger(__name__).exception("antiphon hook")
        return JsonResponse({"error": "could not tell"}, status=500)


@require_GET
def ticket(request):
    """For pages, which cannot read an HttpOnly cookie: a ticket for whoever is signed in here, good for two minutes."""
    signed = signing.dumps(str(request.user.pk), salt=TICKET_SALT) if request.user.is_authenticated else None
    response = JsonResponse({"token": signed})
    response["Cache-Control"] = "no-store"
    return response


def record_of(user):
    """What Antiphon is told. Say `verified: True` only of addresses that you have proven, as allauth's EmailAddress does."""
    return {
        "external_id": str(user.pk),
        "identifiers": [{"type": "email_address", "value": user.email, "verified": False}],
        "profile": {"first_name": user.first_name, "last_name": user.last_name},
        "password_hash": user.password if user.has_usable_password() else None,
    }


def user_of_ticket(token):
    try:
        return find_user(signing.loads(token, salt=TICKET_SALT, max_age=TICKET_SECONDS))
    except signing.BadSignature:
        return None


def user_of_cookies(token):
    """The user of a session as `django.contrib.auth.get_user` finds them, without touching the session."""
    key = parse_cookie(token).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    data = import_module(settings.SESSION_ENGINE).SessionStore(key).load()
    if SESSION_KEY not in data or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(data[BACKEND_SESSION_KEY]).get_user(to_pk(data[SESSION_KEY]))
    return user if user and is_current(data.get(HASH_SESSION_KEY, ""), user) else None


def is_current(session_hash, user):
    """Whether the password is the one that the session began with, by the secret key or an older one (Django 4.1 and later)."""
    fallbacks = getattr(user, "get_session_auth_fallback_hash", lambda: [])()
    return any(constant_time_compare(session_hash, due) for due in [user.get_session_auth_hash(), *fallbacks])


def find_user(pk):
    return get_user_model()._default_manager.filter(pk=to_pk(pk)).first()


def to_pk(text):
    return get_user_model()._meta.pk.to_python(text)
