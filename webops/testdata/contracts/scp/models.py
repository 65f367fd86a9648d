"""The application's one subject."""

from django.db import models


class Contract(models.Model):
    """An agreement between the site's owner and a party, in whole Singapore dollars."""

    title = models.CharField(max_length=120)
    party = models.CharField(max_length=120)
    amount = models.PositiveIntegerField()
    created = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)

    class Meta:
        app_label = "scp"
        ordering = ["id"]
