"""The pages, and what happens around every request."""

import time

from django import forms
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import JsonResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from scp.defects import has
from scp.models import Contract

forms_too = require_http_methods(["GET", "HEAD", "POST"])


def announce(get_response):
    """Every answer names the build."""

    def answer(request):
        response = get_response(request)
        response["X-Build"] = settings.BUILD
        return response

    return answer


def installation(request):
    """What every page knows of the machine it comes from."""
    return {"build": settings.BUILD, "instance": settings.INSTANCE}


def forged(request, reason=""):
    """A request that another site could have made up."""
    return render(request, "403_csrf.html", {"no_cookie": reason == REASON_NO_CSRF_COOKIE}, status=403)


class AnyPassword(ModelBackend):
    """The defect login-anything."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        return User.objects.filter(username=username).first()


class ContractForm(forms.ModelForm):
    class Meta:
        model = Contract
        fields = ["title", "party", "amount"]


@require_safe
def home(request):
    if has("slow-page"):
        time.sleep(2.2)
    return render(request, "home.html")


@require_safe
def health(request):
    return JsonResponse({"build": settings.BUILD, "instance": settings.INSTANCE}, json_dumps_params={"separators": (",", ":")})


@require_safe
@login_required
def contracts(request):
    if has("page-500"):
        raise LookupError("no such column: scp_contract.title")
    return render(request, "contracts.html", {"contracts": Contract.objects.all()})


@require_safe
@login_required
def contract(request, id):
    return render(request, "contract.html", {"contract": get_object_or_404(Contract, id=id)})


@forms_too
@login_required
@permission_required("scp.add_contract", raise_exception=True)
def new(request):
    form = ContractForm(request.POST or None)
    if form.is_valid():
        form.instance.by = request.user.username
        with transaction.atomic():
            made = form.save()
            if has("contract-lost"):
                transaction.set_rollback(True)
        return redirect(f"/contracts/{made.id}/")
    return render(request, "form.html", {"form": form, "title": "New contract", "action": "/contracts/new/", "button": "Create"})


@forms_too
@login_required
@permission_required("scp.delete_contract", raise_exception=True)
def delete(request, id):
    contract = get_object_or_404(Contract, id=id)
    if request.method == "POST":
        contract.delete()
        return redirect("/contracts/")
    return render(request, "delete.html", {"contract": contract})
