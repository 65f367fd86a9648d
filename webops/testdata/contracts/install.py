"""Makes the database with its users and the contracts every installation begins with."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scp.settings")

import django

django.setup()

from django.contrib.auth.models import Permission, User
from django.core.management import call_command

from scp.models import Contract

call_command("migrate", run_syncdb=True, verbosity=0)

qa = User.objects.create_user("qa", password=os.environ["QA_PASSWORD"])
qa.user_permissions.set(Permission.objects.filter(codename__in=["view_contract", "add_contract", "delete_contract"]))
viewer = User.objects.create_user("viewer", password=os.environ["VIEWER_PASSWORD"])
viewer.user_permissions.set(Permission.objects.filter(codename="view_contract"))

for title, party, amount in [
    ("Supply of network equipment", "Harbour Lights Pte Ltd", 48_000),
    ("Maintenance of lecture halls", "Tan & Sons", 12_500),
    ("Escrow for student housing", "Kent Ridge Homes", 96_200),
]:
    Contract.objects.create(title=title, party=party, amount=amount, by="admin")
