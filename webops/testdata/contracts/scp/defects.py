"""The faults that the environment can put into this application, at most one at a time.

Each stands where a careless release would have it; has() is asked at that place.
"""

import os

KNOWN = {
    "page-500": "the list of contracts raises an exception",
    "csrf-off": "the middleware against forged requests is missing; Django itself guards the login only",
    "login-anything": "any password will do for a user that exists",
    "stale-build": "the build before this one is served",
    "slow-page": "the home page takes more than two seconds",
    "broken-static": "nginx looks for static files in the wrong folder",
    "wrong-redirect": "a login leads to the home page",
    "expired-certificate": "nginx has a certificate of last month",
    "session-lost": "the session's cookie is for another host, so no browser sends it back",
    "contract-lost": "a new contract is rolled back after it was announced",
    "debug-leak": "DEBUG is on",
    "wrong-type": "nginx knows no content types",
}

DEFECT = os.environ.get("DEFECT", "")
if DEFECT and DEFECT not in KNOWN:
    raise RuntimeError(f"DEFECT={DEFECT} is none of {', '.join(KNOWN)}")


def has(name):
    assert name in KNOWN
    return DEFECT == name
