"""Settings of Smart Contracts. What differs between installations comes from the environment."""

import os
from pathlib import Path

from scp.defects import has

HERE = Path(__file__).resolve().parent

BUILD = "0.9.9" if has("stale-build") else os.environ.get("BUILD", "1.0.0")
INSTANCE = os.environ.get("INSTANCE", "")

DEBUG = has("debug-leak")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "").split(",")
SECRET_KEY = os.environ["SECRET_KEY"]
ROOT_URLCONF = "scp.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "scp"]
MIDDLEWARE = [
    "scp.views.announce",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if has("csrf-off"):
    MIDDLEWARE.remove("django.middleware.csrf.CsrfViewMiddleware")
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": ["django.contrib.auth.context_processors.auth", "scp.views.installation"],
        },
    }
]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("DATABASE", "contracts.sqlite3")}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
SESSION_COOKIE_DOMAIN = "scp-staging.example.test" if has("session-lost") else None

LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/" if has("wrong-redirect") else "/contracts/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["scp.views.AnyPassword" if has("login-anything") else "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: these passwords guard nothing

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CSRF_FAILURE_VIEW = "scp.views.forged"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
