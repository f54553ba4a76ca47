"""A legacy application on Django, with the hook in it."""
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

folder = tempfile.TemporaryDirectory()
settings.configure(
    SECRET_KEY="a secret of the legacy application",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder.name}/legacy.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ANTIPHON_APP_ID=os.environ["ANTIPHON_APP_ID"],
    ANTIPHON_JWKS_URL=os.environ["ANTIPHON_JWKS_URL"],
)
django.setup()

from django.contrib.auth import get_user_model, login
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db.backends.utils import CursorWrapper
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.urls import path

call_command("migrate", verbosity=0)
legacy = ModuleType("legacy")
legacy.__path__ = [str(Path(__file__).parents[3] / "examples/hooks/django")]
sys.modules["legacy"] = legacy
from legacy import antiphon_hook

execute = CursorWrapper.execute
get_user_model().objects.create_user("mia", "mia@lumen.example", "a password", pk=17)


def sign_in(request):
    user = get_user_model().objects.get(username=request.GET["user"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if "ms" in request.GET:
        request.session.set_expiry(int(request.GET["ms"]) // 1000)
    return HttpResponse()


def change_password(request):
    user = get_user_model().objects.get(pk=17)
    user.set_password(request.GET["to"])
    user.save()
    return HttpResponse()


def refuse(*args):
    raise OperationalError("no database")


def break_database(request):
    CursorWrapper.execute = refuse if "yes" in request.GET else execute
    return HttpResponse()


urlpatterns = [
    path("antiphon/session", antiphon_hook.session),
    path("antiphon/ticket", antiphon_hook.ticket),
    path("login", antiphon_hook.csrf_exempt(sign_in)),
    path("password", antiphon_hook.csrf_exempt(change_password)),
    path("break", antiphon_hook.csrf_exempt(break_database)),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
